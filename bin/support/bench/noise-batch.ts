import type { Model } from '../../../src/diffusion/model.ts';
import type { DenoisingBatch } from '../../../src/diffusion/training/denoising-step.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { createRandom } from '../../../src/random.ts';

/** What a lesson's batch is beside its captions: noise, at timesteps spread over all. */
export function noiseBatch(
  { folder: { latents } }: Pick<Model, 'folder'>,
  batch: number,
): Omit<DenoisingBatch, 'embeddings'> {
  const random = createRandom(1);
  const noise = () => {
    const tensor = float32([batch, latents.channels, latents.height, latents.width]);
    return { ...tensor, data: tensor.data.map(() => random.normal()) };
  };
  return {
    sample: noise(),
    target: noise(),
    timesteps: Array.from({ length: batch }, (_, index) => Math.floor((999 * (index + 0.5)) / batch)),
  };
}
