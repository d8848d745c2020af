import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HeadWeights, KeysAndValues } from '../../../src/diffusion/heads.ts';
import { type Model, openModel } from '../../../src/diffusion/model.ts';
import { embed, untaught } from '../../../src/diffusion/taught-model.ts';
import type { DenoisingBatch } from '../../../src/diffusion/training/denoising-step.ts';
import { openTraining, type Training } from '../../../src/diffusion/training/training.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { tinySd } from '../support/tiny-sd.ts';

let model: Model;
let training: Training;
let batch: DenoisingBatch;

beforeAll(async () => {
  model = await openModel(createRuntime({ threads: 1 }), tinySd);
  training = await openTraining(model, 2);
  const plain = untaught(model);
  const encodings = ['a dog', 'a hat'].map((text) => plain.tokenizer.encode(text));
  const latents = (stream: number) => float32([2, 4, 16, 16], gaussianNoise(9, stream, 2048));
  batch = {
    embeddings: embed(plain, encodings),
    sample: latents(0),
    target: latents(1),
    timesteps: [100, 700],
  };
});
afterAll(async () => {
  await training.release();
  await model.release();
});

/** The base weights with `step` times a direction added to each. */
function along(direction: HeadWeights, step: number): HeadWeights {
  return new Map(
    [...model.baseWeights].map(([name, values]) => [
      name,
      values.map((value, i) => value + step * (direction.get(name) as Float32Array)[i]!),
    ]),
  );
}

test('the loss falls along the negative gradient as fast as the gradient says', async () => {
  const { gradients } = await training.step(batch, model.baseWeights);
  const square = [...gradients.weights.values()].reduce(
    (sum, values) => values.reduce((inner, value) => inner + value * value, sum),
    0,
  );
  const step = 0.02 / Math.sqrt(square);
  const lossAt = async (times: number) =>
    (await training.step(batch, along(gradients.weights, times * step))).loss;
  const slope = ((await lossAt(1)) - (await lossAt(-1))) / (2 * step);
  expect(slope / square).toBeCloseTo(1, 1);
});

test('what adjust takes away never reaches the text side', async () => {
  let seen: KeysAndValues = {};
  const { gradients } = await training.step(batch, model.baseWeights, {
    adjust(cotangents) {
      seen = cotangents;
      return Object.fromEntries(Object.entries(cotangents).map(([name, { dims }]) => [name, float32(dims)]));
    },
  });
  expect(Object.keys(seen)).toEqual(model.heads.map(({ trunkInput }) => trunkInput));
  for (const { trunkInput, outFeatures } of model.heads)
    expect(seen[trunkInput]?.dims).toEqual([2, 77, outFeatures]);
  expect([...gradients.weights.values()].every((values) => values.every((value) => value === 0))).toBe(true);
  expect((gradients.embeddings.data as Float32Array).every((value) => value === 0)).toBe(true);
});

test('a weighted loss is the sum of squares with their weights, and its gradient goes with it', async () => {
  const weighted = await openTraining(model, 2, true);
  const lossWeights = float32(
    batch.sample.dims,
    gaussianNoise(9, 2, 2048).map((value, i) => (i % 3 === 0 ? 0 : Math.abs(value) / 2048)),
  );
  const { loss, prediction, gradients } = await weighted.step({ ...batch, lossWeights }, model.baseWeights);
  const errors = (prediction.data as Float32Array).map((value, i) => value - Number(batch.target.data[i]));
  const expected = errors.reduce((sum, error, i) => sum + (lossWeights.data[i] as number) * error ** 2, 0);
  expect(loss).toBeCloseTo(expected, 5);
  const square = [...gradients.weights.values()].reduce(
    (sum, values) => values.reduce((inner, value) => inner + value * value, sum),
    0,
  );
  const step = 0.02 / Math.sqrt(square);
  const lossAt = async (times: number) =>
    (await weighted.step({ ...batch, lossWeights }, along(gradients.weights, times * step))).loss;
  expect(((await lossAt(1)) - (await lossAt(-1))) / (2 * step * square)).toBeCloseTo(1, 1);
  await weighted.release();
});

test('each picture of a batch has a gradient of its own: the batch has their mean', async () => {
  const single = await openTraining(model, 1);
  const part = ({ dims, data }: Tensor, index: number) => {
    const size = data.length / 2;
    return float32(dims.with(0, 1), (data as Float32Array).slice(index * size, (index + 1) * size));
  };
  const alone = [];
  for (const index of [0, 1]) {
    const one = {
      embeddings: part(batch.embeddings, index),
      sample: part(batch.sample, index),
      target: part(batch.target, index),
      timesteps: [batch.timesteps[index] as number],
    };
    alone.push(await single.step(one, model.baseWeights));
  }
  await single.release();
  const both = await training.step(batch, model.baseWeights);
  expect(both.loss).toBeCloseTo((alone[0]!.loss + alone[1]!.loss) / 2, 5);
  for (const [name, values] of both.gradients.weights) {
    const [first, second] = alone.map(({ gradients }) => gradients.weights.get(name) as Float32Array);
    const scale = Math.max(...values.map(Math.abs));
    values.forEach((value, i) => {
      expect(Math.abs(value - (first![i]! + second![i]!) / 2)).toBeLessThan(1e-4 * scale);
    });
  }
});
