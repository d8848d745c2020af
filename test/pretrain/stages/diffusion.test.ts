import { expect, test } from 'vitest';
import { cumulativeAlphas } from '../../../src/diffusion/schedulers/noise-schedule.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { sampleDrawings } from '../../../src/pretrain/dataset.ts';
import { schedulerConfig } from '../../../src/pretrain/sketchbook.ts';
import { diffusionStage } from '../../../src/pretrain/stages/diffusion.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { seededRandom } from '../../../src/world/index.ts';
import { normals } from '../../personalize/head.ts';

const runtime = createRuntime({ threads: 1 });
const pictures = 3;
const cells = 16 * 16;
const size = 8 * cells;
const latents = Float32Array.from(normals(1, pictures * size));
const weights = Array.from({ length: pictures }, (_, index) =>
  Float32Array.from({ length: cells }, (_, at) => 1 + ((at + index) % 5)),
);
const stage = diffusionStage({
  runtime,
  data: { drawings: sampleDrawings(4, pictures), latents, weights, scale: 1 },
  autoencoder: new Map(),
  prompts: [],
  steps: 1,
  batch: 4,
  parts: 1,
  seed: 1,
});

test('each picture comes with its own weights, and its latents are between what is given and what is asked for', async () => {
  const alphas = cumulativeAlphas(schedulerConfig());
  const batch = await stage.batch(seededRandom(2));
  const part = (name: string, entry: number, length: number) =>
    (batch[name] as Tensor<'float32'>).data.subarray(entry * length, (entry + 1) * length);
  for (let entry = 0; entry < 4; entry++) {
    const own = part('weight', entry, cells);
    const index = weights.findIndex((some) => some.every((weight, at) => weight === own[at]));
    const alpha = alphas[Number(batch.timestep?.data[entry])] as number;
    const [sample, velocity] = [part('sample', entry, size), part('velocity', entry, size)];
    for (const at of [0, 700, size - 1]) {
      // x = √ᾱ·x_t − √(1 − ᾱ)·v (Salimans & Ho 2022, appendix D).
      const clean =
        Math.sqrt(alpha) * (sample[at] as number) - Math.sqrt(1 - alpha) * (velocity[at] as number);
      expect(clean).toBeCloseTo(latents[index * size + at] as number, 4);
    }
  }
});

test('an error counts as much as the weight of its cell says', async () => {
  const net = stage.net(seededRandom(1), undefined);
  const graph = net.builder.build();
  const session = await runtime.open(graph);
  const parameters = Object.fromEntries(
    [...net.parameters].map(([name, { dims, data }]) => [name, float32(dims, data)]),
  );
  const batch = await stage.batch(seededRandom(3));
  const lossOf = async (changed: Readonly<Record<string, Tensor>>) => {
    const results = await session.run({ ...parameters, ...batch, ...changed });
    return results[graph.outputs[0]?.name ?? '']?.data[0] as number;
  };
  const [entry, cell, channel] = [2, 37, 5];
  const weighing = (weight: number) => {
    const one = float32([4, 1, 16, 16]);
    one.data[entry * cells + cell] = weight;
    return one;
  };
  const asked = batch.velocity as Tensor<'float32'>;
  const moved = (place: number) => float32(asked.dims, asked.data.with(place, 9));
  const inside = moved(entry * size + channel * cells + cell);
  const beside = moved(entry * size + channel * cells + cell + 1);
  const alone = await lossOf({ weight: weighing(1) });
  expect(await lossOf({ weight: weighing(3) })).toBeCloseTo(3 * alone, 6);
  expect(await lossOf({ weight: weighing(1), velocity: beside })).toBe(alone);
  expect(await lossOf({ weight: weighing(1), velocity: inside })).toBeGreaterThan(alone);
  await session.release();
});
