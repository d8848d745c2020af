import { expect, test } from 'vitest';
import type { Tensor } from '../../../src/onnx/tensor.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import type { DrawnPictures } from '../../../src/pretrain/drawn-pictures.ts';
import { readerConfig } from '../../../src/pretrain/shipped/reader.ts';
import { readerStage, targetsOf } from '../../../src/pretrain/stages/reader.ts';
import { createTrainer } from '../../../src/pretrain/trainer.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import {
  attributeIndices,
  attributeList,
  type Drawing,
  renderPixels,
  sampleDrawing,
  sampleParticularDrawing,
  seededRandom,
} from '../../../src/world/index.ts';

const random = seededRandom(6);
const several = (count: number, make: (random: () => number) => Drawing) =>
  Array.from({ length: count }, () => make(random));
const grey = (level: number): PixelImage => ({
  width: 8,
  height: 8,
  rgb: new Uint8Array(3 * 64).fill(level),
});
const config = { ...readerConfig, channels: [8, 8, 16] as const, heads: 2, glances: 2, hidden: 16 };
const options = { runtime: createRuntime({ threads: 1 }), steps: 10, parts: 1, seed: 1, config };

async function picturesOf(drawings: readonly Drawing[]): Promise<DrawnPictures> {
  return { drawings, images: await Promise.all(drawings.map((drawing) => renderPixels(drawing))) };
}

test('targets name one value of every attribute: the one that the drawing has', () => {
  const drawings = several(20, sampleDrawing);
  const { dims, data } = targetsOf(drawings);
  expect(dims).toEqual([20, attributeList.reduce((sum, { values }) => sum + values.length, 0)]);
  const rows = drawings.map((_, row) => [...data.subarray(row * dims[1]!, (row + 1) * dims[1]!)]);
  for (const [at, row] of rows.entries()) {
    let start = 0;
    const places = attributeList.map(({ values }) => {
      const own = row.slice(start, start + values.length);
      start += values.length;
      expect(own.reduce((sum, value) => sum + value, 0)).toBe(1);
      return own.indexOf(1);
    });
    expect(places).toEqual(attributeIndices(drawings[at]!));
  }
});

test('a fifth of the samples shows particular things, and half are taken from the softened pictures', async () => {
  const [drawings, further] = [several(3, sampleDrawing), several(3, sampleParticularDrawing)];
  const level = (value: number) => Array(3).fill(grey(value));
  const stage = readerStage({
    ...options,
    batch: 1000,
    drawings,
    images: level(30),
    softened: level(90),
    further: { drawings: further, images: level(160), softened: level(220) },
    heldOut: { drawings, images: level(30) },
  });
  const { image, targets } = (await stage.batch(seededRandom(2))) as Record<string, Tensor<'float32'>>;
  expect([image!.dims, targets!.dims[0]]).toEqual([[1000, 3, 8, 8], 1000]);
  const counts = new Map<number, number>();
  for (let row = 0; row < 1000; row++) {
    const mean = image!.data.subarray(row * 192, (row + 1) * 192).reduce((sum, v) => sum + v, 0) / 192;
    const nearest = [30, 90, 160, 220].toSorted(
      (a, b) => Math.abs(a / 127.5 - 1 - mean) - Math.abs(b / 127.5 - 1 - mean),
    )[0]!;
    counts.set(nearest, (counts.get(nearest) ?? 0) + 1);
  }
  expect(counts.get(30)! / 1000).toBeCloseTo(0.4, 1);
  expect(counts.get(90)! / 1000).toBeCloseTo(0.4, 1);
  expect(counts.get(160)! / 1000).toBeCloseTo(0.1, 1);
  expect(counts.get(220)! / 1000).toBeCloseTo(0.1, 1);
});

test('a few steps teach what most drawings have in common, and the sheet can be made', async () => {
  const pictures = await picturesOf(several(16, sampleDrawing));
  const further = await picturesOf(several(4, sampleParticularDrawing));
  const stage = readerStage({ ...options, batch: 8, ...pictures, further, heldOut: further });
  const net = stage.net(seededRandom(1), undefined);
  const trainer = await createTrainer({
    graph: net.builder.build(),
    parts: 1,
    parameters: net.parameters,
    averageDecay: stage.averageDecay,
  });
  const losses: number[] = [];
  for (let step = 0; step < 20; step++)
    losses.push(await trainer.step(await stage.batch(seededRandom(step)), 5e-3));
  expect(losses[0]).toBeGreaterThan(60);
  expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!);
  expect([...(await stage.sheet(trainer)).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  await trainer.close();
});
