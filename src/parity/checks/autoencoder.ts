import { float32 } from '../../onnx/tensor.ts';
import { type Check, compared } from '../check.ts';
import { relativeError } from '../relative-error.ts';

/** Pictures to latents and back. */
export const autoencoder: Check = {
  name: 'autoencoder',
  optional: ['image', 'vae_'],
  async *run({ model, reference }) {
    const decoded = reference.floats('vae_decoded');
    const latents = reference.floats('unet_x');
    const first = latents.data.subarray(0, latents.data.length / (latents.dims[0] ?? 1));
    const planes = await model.autoencoder.raw.decode(float32(latents.dims.with(0, 1), first));
    yield compared('VAE decoder', relativeError(planes, decoded));

    const parameters = await model.autoencoder.raw.encode(reference.floats('image'));
    yield compared('VAE encoder', relativeError(parameters, reference.floats('vae_params')));
  },
};
