import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReader } from '../../src/judges/reader.ts';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { writeModelFile } from '../../src/onnx/model-file.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { attempt } from '../../src/result.ts';
import { createRuntime } from '../../src/runtime/session.ts';

const attributes = [
  { name: 'colour', values: ['red', 'green', 'blue'] },
  { name: 'light', values: ['dark', 'bright'] },
];
const runtime = createRuntime({ threads: 1 });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-reader-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A reader of pictures of 2 × 2 pixels: each colour's logit is the mean of its plane, and bright is what is above zero on the whole. */
async function writeReader(
  changes: { output?: string; pixels?: number; list?: unknown } = {},
): Promise<void> {
  const { output = 'logits', pixels = 2, list = attributes } = changes;
  const builder = createGraphBuilder({ name: 'reader', opset: 17 });
  const image = builder.input('pixel_values', 'float32', ['batch', 3, pixels, 2]);
  const flat = builder.op('Reshape', [image, builder.ints([0, 6 * pixels])]);
  const rows = Array.from({ length: 12 }, (_, row) => {
    const channel = Math.floor(row / 4);
    return [...[0, 1, 2].map((one) => (one === channel ? 0.25 : 0)), -0.5, 0.5];
  });
  const weight = float32([12, 5], rows.flat());
  builder.op('MatMul', [flat, builder.constant(weight)], {}, output);
  builder.output(output, 'float32', ['batch', 5]);
  await writeModelFile(join(folder, 'model.onnx'), builder.build());
  await writeFile(join(folder, 'attributes.json'), JSON.stringify(list));
}

function plain(rgb: readonly [number, number, number], width = 2, height = 2): PixelImage {
  return { width, height, rgb: Uint8Array.from({ length: 3 * width * height }, (_, i) => rgb[i % 3]!) };
}

test('every attribute is read by itself, with the softmax of its own logits', async () => {
  await writeReader();
  const reader = await openReader(runtime, folder);
  const [red, cyan] = await reader.read([plain([255, 0, 0]), plain([0, 255, 230])]);
  await reader.release();
  expect(Object.keys(red!)).toEqual(['colour', 'light']);
  expect(red!.colour!.value).toBe('red');
  expect(red!.colour!.probability).toBeCloseTo(Math.E / (Math.E + 2 / Math.E), 5);
  expect(red!.light!.value).toBe('dark');
  expect(red!.light!.probability).toBeCloseTo(1 / (1 + Math.exp(-4)), 5);
  const blue = Math.exp(230 / 127.5 - 1);
  expect(cyan!.colour!.value).toBe('green');
  expect(cyan!.colour!.probability).toBeCloseTo(Math.E / (Math.E + blue + 1 / Math.E), 5);
  expect(cyan!.light!.value).toBe('bright');
});

test('pictures of any sizes and number are read, in order', async () => {
  await writeReader();
  const reader = await openReader(runtime, folder);
  const colours = ['red', 'green', 'blue'] as const;
  const pictures = Array.from({ length: 70 }, (_, i) => {
    const rgb = [0, 1, 2].map((channel) => (channel === i % 3 ? 250 : 5)) as [number, number, number];
    return plain(rgb, 2 + (i % 5), 2 + (i % 4));
  });
  const readings = await reader.read(pictures);
  expect(readings.map(({ colour }) => colour!.value)).toEqual(pictures.map((_, i) => colours[i % 3]));
  expect(await reader.read([])).toEqual([]);
  await reader.release();
});

const sentence = async () => {
  const result = await attempt(() => openReader(runtime, folder));
  return result.ok ? 'opened' : `${result.problem.code}: ${result.problem.message}`;
};

test('a folder that is no reader is refused with a sentence', async () => {
  expect(await sentence()).toMatch(/invalid-model: .*no attributes\.json/);
  await writeReader({ list: attributes.slice(0, 1) });
  expect(await sentence()).toMatch(
    /invalid-model: attributes\.json lists 3 values and model\.onnx tells 5 apart/,
  );
  await writeReader({ list: [{ name: 'colour' }] });
  expect(await sentence()).toMatch(/invalid-model: attributes\.json .*0\.values/);
  await writeReader({ output: 'scores' });
  expect(await sentence()).toMatch(/invalid-model: model\.onnx does not give logits/);
  await writeReader({ pixels: 3 });
  expect(await sentence()).toMatch(/invalid-model: model\.onnx does not take square pictures/);
  await writeFile(join(folder, 'model.onnx'), 'no model');
  expect(await sentence()).toMatch(/invalid-model: .*model\.onnx" cannot be used/);
  await rm(join(folder, 'model.onnx'));
  expect(await sentence()).toMatch(/invalid-model: .*model\.onnx/);
});
