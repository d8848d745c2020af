import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeRandomWeights } from '../../../../bin/support/bench/full-size/random-weights.ts';
import { createGraphBuilder } from '../../../../src/onnx/builder.ts';
import type { Graph } from '../../../../src/onnx/graph.ts';
import { readInitializer } from '../../../../src/onnx/model-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-weights-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A matrix, a kernel, a scale and a bias in one file, with a gap as pages leave it. */
function graph(): Graph {
  const builder = createGraphBuilder({ name: 'outside', opset: 17 });
  const outside = (name: string, dims: readonly number[], offset: number, length: number) =>
    builder.initializer({
      name,
      dims,
      type: 'float32',
      external: { location: 'weights.bin', offset, length },
    });
  const x = builder.input('x', 'float32', [1, 64]);
  const product = builder.op('MatMul', [x, outside('matrix', [64, 100], 0, 25_600)]);
  const scaled = builder.op('Mul', [product, outside('scale', [100], 28_672, 400)]);
  builder.output(builder.op('Add', [scaled, outside('bias', [100], 32_768, 400)]), 'float32', [1, 100]);
  outside('kernel', [32, 16, 3, 3], 36_864, 18_432);
  return builder.build();
}

const elements = async (name: string) =>
  (await readInitializer({ graph: graph(), folder }, name)).data as Float32Array;

test('matrices and kernels have the variance that keeps activations in size, scales are one and biases zero', async () => {
  await writeRandomWeights(graph(), folder, 1);
  for (const [name, inputs] of [
    ['matrix', 64],
    ['kernel', 16 * 9],
  ] as const) {
    const values = await elements(name);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(inputs * values.length));
    expect(variance * inputs).toBeCloseTo(1, 1);
    expect(new Set(values).size).toBeGreaterThan(0.9 * values.length);
  }
  expect(new Set(await elements('scale'))).toEqual(new Set([1]));
  expect(new Set(await elements('bias'))).toEqual(new Set([0]));
});

test('a seed gives the same weights again, and another seed gives others', async () => {
  await writeRandomWeights(graph(), folder, 1);
  const first = await readFile(join(folder, 'weights.bin'));
  await rm(join(folder, 'weights.bin'));
  await writeRandomWeights(graph(), folder, 1);
  expect((await readFile(join(folder, 'weights.bin'))).equals(first)).toBe(true);
  await rm(join(folder, 'weights.bin'));
  await writeRandomWeights(graph(), folder, 2);
  expect((await readFile(join(folder, 'weights.bin'))).equals(first)).toBe(false);
});

test('a file of the whole length is left as it is, and a shorter one is written anew', async () => {
  const path = join(folder, 'weights.bin');
  await writeFile(path, new Uint8Array(55_296).fill(7));
  await writeRandomWeights(graph(), folder, 1);
  expect(new Set(await readFile(path))).toEqual(new Set([7]));
  await writeFile(path, new Uint8Array(100).fill(7));
  await writeRandomWeights(graph(), folder, 1);
  expect((await stat(path)).size).toBe(55_296);
  expect(new Set(await elements('scale'))).toEqual(new Set([1]));
});
