import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { DenoisingBatch } from '../diffusion/training/denoising-step.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { objectiveOf } from '../personalize/training/objective.ts';
import { raise } from '../result.ts';
import type { Scene } from './check.ts';
import { promptEmbeddings } from './taught.ts';

/** How many training steps the reference holds. */
export function stepCount({ reference }: Scene): number {
  return reference.floats('train_noise').dims[0] ?? 0;
}

/** The reference's latents, noise and timesteps of one training step, towards what the model predicts, with the prompts as it has them now. */
export function denoisingBatch(scene: Scene, step: number, model: TaughtModel): DenoisingBatch {
  const { reference } = scene;
  const timesteps =
    reference.integers('train_t')[step] ?? raise('invalid-file', `train_t has no step ${step}`);
  const noise = reference.floats('train_noise');
  const latents = entry(reference.floats('train_latents', noise.dims), step);
  const { noisedExample } = objectiveOf(model.base.folder.scheduler);
  return {
    embeddings: promptEmbeddings(scene, model),
    ...noisedExample(latents, entry(noise, step), timesteps),
    timesteps,
  };
}

function entry({ dims, data }: Tensor<'float32'>, index: number): Tensor<'float32'> {
  const [, ...rest] = dims;
  const size = data.length / (dims[0] ?? 1);
  return float32(rest, data.subarray(index * size, (index + 1) * size));
}
