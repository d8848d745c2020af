import { addNoise, cumulativeAlphas } from '../diffusion/schedulers/noise-schedule.ts';
import type { DenoisingBatch } from '../diffusion/training.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import type { Scene } from './check.ts';
import { newTokenId, promptEmbeddings } from './prompts.ts';

/** How many training steps the reference holds. */
export function stepCount({ reference }: Scene): number {
  return reference.floats('train_noise').dims[0] ?? 0;
}

/** The reference's latents, noise and timesteps of one training step, with the prompts under the embedding as it is now. */
export function denoisingBatch(scene: Scene, step: number, embedding: Float32Array): DenoisingBatch {
  const { model, reference } = scene;
  const timesteps =
    reference.integers('train_t')[step] ?? raise('invalid-file', `train_t has no step ${step}`);
  const noise = entry(reference.floats('train_noise'), step);
  const latents = entry(reference.floats('train_latents', reference.floats('train_noise').dims), step);
  return {
    embeddings: promptEmbeddings(scene, embedding),
    sample: addNoise(cumulativeAlphas(model.folder.scheduler), latents, noise, timesteps),
    timesteps,
    target: noise,
  };
}

/** The sum of the gradients wherever the added token stands in the prompts. */
export function embeddingGradient({ model, reference }: Scene, embeddings: Tensor): Float32Array {
  const width = model.embeddings.width;
  const sum = new Float32Array(width);
  reference
    .integers('input_ids')
    .flat()
    .forEach((id, position) => {
      if (id !== newTokenId(model)) return;
      for (let i = 0; i < width; i++) {
        sum[i] = (sum[i] as number) + (embeddings.data[position * width + i] as number);
      }
    });
  return sum;
}

function entry({ dims, data }: Tensor<'float32'>, index: number): Tensor<'float32'> {
  const [, ...rest] = dims;
  const size = data.length / (dims[0] ?? 1);
  return float32(rest, data.subarray(index * size, (index + 1) * size));
}
