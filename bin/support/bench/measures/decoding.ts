import { openAutoencoder } from '../../../../src/diffusion/autoencoder.ts';
import { readModelFolder } from '../../../../src/diffusion/model-folder.ts';
import { elementCount, float32 } from '../../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../../src/random.ts';
import { runtimeFromEnvironment } from '../../../../src/runtime/environment.ts';
import { type Measure, time } from '../measure.ts';

/** Latents of pictures of the model's own size to pictures. */
const decoding = (async ({ model, runs, batch }) => {
  const { runtime } = await runtimeFromEnvironment(process.env);
  const folder = await readModelFolder(model);
  const autoencoder = await openAutoencoder(runtime, folder);
  const { channels, height, width } = folder.latents;
  const dims = [batch, channels, height, width];
  const latents = float32(dims, gaussianNoise(1, 0, elementCount(dims)));
  const timing = await time(runs, () => autoencoder.decode(latents));
  await autoencoder.release();
  return timing;
}) satisfies Measure;

export default decoding;
