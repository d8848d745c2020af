import { expect, test } from 'vitest';
import { planesOf } from '../../../src/diffusion/autoencoder.ts';
import type { Tensor } from '../../../src/onnx/tensor.ts';
import { renderDrawings, sampleDrawings } from '../../../src/pretrain/dataset.ts';
import { decoderStage } from '../../../src/pretrain/stages/decoder.ts';
import { createTrainer } from '../../../src/pretrain/trainer.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { seededRandom } from '../../../src/world/index.ts';
import { normals } from '../../personalize/head.ts';

const pictures = 3;
const size = 8 * 16 * 16;
const scale = 4;
const images = await Array.fromAsync(renderDrawings(sampleDrawings(1, pictures), 64));
const latents = Float32Array.from(normals(1, pictures * size));
const stage = decoderStage({
  runtime: createRuntime(),
  images,
  latents,
  scale,
  steps: 10,
  batch: 4,
  parts: 1,
  seed: 1,
});

test('each picture comes with its own latents, unscaled and a little noisy', async () => {
  const batch = await stage.batch(seededRandom(2));
  const [shown, given] = [batch.image as Tensor<'float32'>, batch.latents as Tensor<'float32'>];
  const planes = images.map((image) => planesOf([image]).data);
  for (let entry = 0; entry < 4; entry++) {
    const own = shown.data.subarray(entry * 3 * 64 * 64, (entry + 1) * 3 * 64 * 64);
    const index = planes.findIndex((plane) => plane.every((value, i) => value === own[i]));
    expect(index).toBeGreaterThanOrEqual(0);
    const errors = Array.from(
      given.data.subarray(entry * size, (entry + 1) * size),
      (value, i) => value * scale - (latents[index * size + i] as number),
    );
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / size);
    expect(deviation).toBeGreaterThan(0);
    expect(deviation).toBeLessThan(0.12);
  }
});

test('the decoder alone is trained, and a picture seen often is decoded better', async () => {
  const net = stage.net(seededRandom(1), undefined);
  expect([...net.parameters.keys()].filter((name) => !name.startsWith('decoder.'))).toEqual([]);
  const trainer = await createTrainer({
    graph: net.builder.build(),
    parts: 1,
    parameters: net.parameters,
    averageDecay: 0.9,
  });
  const batch = await stage.batch(seededRandom(3));
  const losses: number[] = [];
  for (let step = 0; step < 12; step++) losses.push(await trainer.step(batch, 2e-3));
  await trainer.close();
  expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] as number));
});
