import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/diffusion/model.ts';
import { embed, untaught } from '../../../src/diffusion/taught-model.ts';
import type { DenoisingBatch } from '../../../src/diffusion/training/denoising-step.ts';
import { openTraining } from '../../../src/diffusion/training/training.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { farthest, tinySd } from '../support/tiny-sd.ts';

let full: Model;
let half: Model;
let batch: DenoisingBatch;

beforeAll(async () => {
  full = await openModel(createRuntime({ threads: 1 }), tinySd);
  half = await openModel(createRuntime({ threads: 1, precision: 'float16' }), tinySd);
  const plain = untaught(full);
  const latents = (stream: number) => float32([1, 4, 16, 16], gaussianNoise(9, stream, 1024));
  batch = {
    embeddings: embed(plain, [plain.tokenizer.encode('a dog')]),
    sample: latents(0),
    target: latents(1),
    timesteps: [700],
  };
});
afterAll(async () => {
  await full.release();
  await half.release();
});

async function stepOf(model: Model, lossWeight?: number) {
  const training = await openTraining(model, 1, lossWeight !== undefined);
  const weights =
    lossWeight === undefined
      ? {}
      : { lossWeights: float32([1, 4, 16, 16], new Float32Array(1024).fill(lossWeight)) };
  const step = await training.step({ ...batch, ...weights }, full.baseWeights);
  await training.release();
  return step;
}

test('a step in half precision has the loss, the prediction and the gradients of one in float32, to two digits', async () => {
  const [exact, rounded] = [await stepOf(full), await stepOf(half)];
  expect(rounded.loss / exact.loss).toBeCloseTo(1, 2);
  expect(
    farthest(rounded.prediction.data as Float32Array, exact.prediction.data as Float32Array),
  ).toBeLessThan(0.02);
  expect(rounded.prediction.data).not.toEqual(exact.prediction.data);
  for (const [name, gradient] of exact.gradients.weights)
    expect(farthest(rounded.gradients.weights.get(name) ?? [], gradient), name).toBeLessThan(0.03);
});

test('gradients too small for half precision survive by the scale of the loss', async () => {
  const [exact, rounded] = [await stepOf(full, 1e-8), await stepOf(half, 1e-8)];
  for (const [name, gradient] of exact.gradients.weights)
    expect(farthest(rounded.gradients.weights.get(name) ?? [], gradient), name).toBeLessThan(0.05);
});

test('a step that overflows is done again with a smaller scale, and gives finite gradients', async () => {
  const [exact, rounded] = [await stepOf(full, 30), await stepOf(half, 30)];
  for (const [name, gradient] of exact.gradients.weights)
    expect(farthest(rounded.gradients.weights.get(name) ?? [], gradient), name).toBeLessThan(0.05);
});
