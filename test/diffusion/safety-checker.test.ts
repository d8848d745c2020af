import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelFolder } from '../../src/diffusion/model-folder.ts';
import { openSafetyChecker } from '../../src/diffusion/safety-checker.ts';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { writeModelFile } from '../../src/onnx/model-file.ts';
import { fixedShapes } from '../../src/runtime/fixed-shapes.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';

let path: string;
beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'keepsake-safety-'));
});
afterAll(() => rm(path, { recursive: true }));

const runtime = createRuntime({ threads: 1 });
const folderWith = (safetyChecker?: string) =>
  ({ path, graphs: { ...(safetyChecker && { safetyChecker }) } }) as unknown as ModelFolder;

/** Flags what is brighter than CLIP's mean grey, and blackens it as the public export does. */
async function putChecker(output: string): Promise<string> {
  const builder = createGraphBuilder({ name: 'safety', opset: 17 });
  const seen = builder.input('clip_input', 'float32', ['batch', 3, 224, 224]);
  const shown = builder.input('images', 'float32', ['batch', 'height', 'width', 3]);
  const keepdims = { kind: 'int', value: 0 } as const;
  const axes = { kind: 'ints', value: [1, 2, 3] } as const;
  const mean = builder.op('ReduceMean', [seen], { axes, keepdims });
  const flags = builder.op('Greater', [mean, builder.scalar(0)], {}, output);
  const flagged = builder.op('Transpose', [builder.op('NonZero', [flags])]);
  const first = builder.op('Slice', [shown, builder.ints([0]), builder.ints([1])]);
  const black = builder.op('Mul', [first, builder.scalar(0)]);
  builder.op('ScatterND', [shown, flagged, black], {}, 'out_images');
  builder.output('out_images', 'float32', ['batch', 'height', 'width', 3]);
  builder.output(output, 'bool', ['batch']);
  const file = join(path, 'model.onnx');
  await writeModelFile(file, builder.build());
  return file;
}

/** Grey, as bytes; CLIP's mean over the channels is 0.448, which is byte 114. */
const grey = (byte: number, width = 40, height = 30) => ({
  width,
  height,
  rgb: new Uint8Array(3 * width * height).fill(byte),
});

test('pictures of any size are looked at as CLIP sees them, each by itself', async () => {
  const checker = await openSafetyChecker(runtime, folderWith(await putChecker('has_nsfw_concepts')));
  expect(await checker?.flags([grey(120), grey(108), grey(255, 300, 500), grey(0, 8, 8)])).toEqual([
    true,
    false,
    true,
    false,
  ]);
  await checker?.release();
});

test('only what looks is opened, also where each shape has a session, for which how pictures are blackened is unknown', async () => {
  const fixing: Runtime = {
    ...runtime,
    async open(model, options = {}) {
      if ('path' in model) throw new Error('A file is opened whole');
      return fixedShapes(model, options, (graph) => runtime.open(graph));
    },
  };
  const checker = await openSafetyChecker(fixing, folderWith(await putChecker('has_nsfw_concepts')));
  expect(await checker?.flags([grey(120), grey(108)])).toEqual([true, false]);
  await checker?.release();
});

test('a checker of another kind is refused: one that does not look is worse than none', async () => {
  await expect(openSafetyChecker(runtime, folderWith(await putChecker('scores')))).rejects.toMatchObject({
    problem: { code: 'invalid-model', message: expect.stringContaining('has_nsfw_concepts') },
  });
});

test('a model without one has none', async () => {
  expect(await openSafetyChecker(runtime, folderWith())).toBeUndefined();
});
