import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planesOf } from '../../../src/diffusion/autoencoder.ts';
import { openClip } from '../../../src/judges/clip.ts';
import { readModelFile } from '../../../src/onnx/model-file.ts';
import { float32, int64 } from '../../../src/onnx/tensor.ts';
import { renderDrawings, sampleDrawings } from '../../../src/pretrain/dataset.ts';
import { clipTextGraph, clipVisionGraph, exportClip } from '../../../src/pretrain/shipped/clip.ts';
import { clipConfig, sketchbookTokenizer } from '../../../src/pretrain/sketchbook.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { relativeError, runGraph } from '../../onnx/cut/recombine.ts';
import { clipParameters } from '../small-clip.ts';

const config = clipConfig();
const parameters = clipParameters(config, 0.02);
let folder: string;
let hashes: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-clip-'));
  hashes = await exportClip(folder, parameters);
});
afterAll(() => rm(folder, { recursive: true }));

test('the folder has the files of a public export, under 7 MB, and the hashes of its graphs', async () => {
  const files = await readdir(folder);
  expect(files.toSorted()).toEqual([
    'config.json',
    'merges.txt',
    'preprocessor_config.json',
    'text_model.onnx',
    'tokenizer_config.json',
    'vision_model.onnx',
    'vocab.json',
  ]);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(7e6);
  expect(Object.keys(hashes)).toEqual(['text_model.onnx', 'vision_model.onnx']);
  for (const [file, hash] of Object.entries(hashes)) {
    const bytes = await readFile(join(folder, file));
    expect(createHash('sha256').update(bytes).digest('hex'), file).toBe(hash);
  }
});

test("its graphs have the inputs and outputs that CLIP's public exports have", async () => {
  const shapeOf = async (file: string) => {
    const { graph } = await readModelFile(join(folder, file));
    return [...graph.inputs, ...graph.outputs].map(({ name, type, dims }) => `${name} ${type} ${dims}`);
  };
  expect(await shapeOf('text_model.onnx')).toEqual([
    'input_ids int64 batch,40',
    'text_embeds float32 batch,128',
  ]);
  expect(await shapeOf('vision_model.onnx')).toEqual([
    'pixel_values float32 batch,3,64,64',
    'image_embeds float32 batch,128',
  ]);
});

test('opened as any CLIP is, it gives the embeddings that the trained nets give', async () => {
  const clip = await openClip(createRuntime({ threads: 1 }), folder);
  const images = await Array.fromAsync(renderDrawings(sampleDrawings(3, 3), 64));
  const captions = ['a red dog', 'a purple lighthouse with yellow stripes at the beach in neon style'];
  const ids = captions.flatMap((caption) => [...sketchbookTokenizer().encode(caption).ids]);
  const expected = {
    pictures: await runGraph(clipVisionGraph(config, parameters), { pixel_values: planesOf(images) }),
    texts: await runGraph(clipTextGraph(config, parameters), { input_ids: int64([2, 40], ids) }),
  };
  const actual = {
    pictures: await clip.imageEmbeddings(images),
    texts: await clip.textEmbeddings(captions),
  };
  await clip.release();
  for (const kind of ['pictures', 'texts'] as const) {
    const { dims, data } = expected[kind];
    actual[kind].forEach((embedding, row) => {
      const values = Array.from(data.slice(128 * row, 128 * (row + 1)), Number);
      const unit = values.map((value) => value / Math.hypot(...values));
      expect(relativeError(float32([128], embedding), float32([128], unit))).toBeLessThan(1e-4);
    });
    expect(actual[kind]).toHaveLength(dims[0] ?? 0);
  }
});
