import { expect, test } from 'vitest';
import { openClip } from '../../src/judges/clip.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { attempt } from '../../src/result.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import {
  type Content,
  deviation,
  idOf,
  jointGraph,
  mean,
  textGraph,
  visionGraph,
  withFolder,
} from '../evaluation/stand-in-clip.ts';

const halves = { 'text_model.onnx': textGraph(), 'vision_model.onnx': visionGraph() };
const layouts: Readonly<Record<string, Content>> = {
  'two graphs': halves,
  'two graphs in onnx/': { 'onnx/text_model.onnx': textGraph(), 'onnx/vision_model.onnx': visionGraph() },
  'one graph': { 'model.onnx': jointGraph() },
  'one graph in onnx/': { 'onnx/model.onnx': jointGraph() },
  'both, of which the two are taken': { ...halves, 'model.onnx': 'no graph at all' },
};

/** The runtime, which tells how many entries it was fed at a time and how many sessions are open. */
function watchedRuntime() {
  const runtime = createRuntime({ threads: 1 });
  const seen = { open: 0, fed: [] as number[] };
  const watched: Runtime = {
    ...runtime,
    async open(model, options) {
      const session = await runtime.open(model, options);
      seen.open += 1;
      return {
        ...session,
        run(feeds, fetches) {
          const wanted = fetches?.[0] === 'text_embeds' ? feeds.input_ids : feeds.pixel_values;
          seen.fed.push(wanted?.dims[0] ?? 0);
          return session.run(feeds, fetches);
        },
        release() {
          seen.open -= 1;
          return session.release();
        },
      };
    },
  };
  return { watched, seen };
}

function unit(values: readonly number[]): readonly number[] {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function expectClose(actual: Float32Array | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual?.[i]).toBeCloseTo(value, 5);
  });
}

function uniform(width: number, height: number, colour: readonly number[]): PixelImage {
  const rgb = new Uint8Array(3 * width * height).map((_, i) => colour[i % 3] ?? 0);
  return { width, height, rgb };
}

const start = idOf('<|startoftext|>');
const end = idOf('<|endoftext|>');
const [cat, dog] = [idOf('cat</w>'), idOf('dog</w>')];

test.each(Object.entries(layouts))(
  '%s: embeddings are what the graphs give, at unit length',
  async (_, content) => {
    await withFolder(content, async (folder) => {
      const { watched, seen } = watchedRuntime();
      const clip = await openClip(watched, folder);
      const [one, two] = await clip.textEmbeddings(['dog', 'cat dog']);
      expectClose(one, unit([start, dog, end, 0, 0]));
      expectClose(two, unit([start, cat, dog, end, 0]));
      const colours = [
        [200, 10, 30],
        [3, 99, 255],
      ];
      const pictures = await clip.imageEmbeddings([
        uniform(4, 4, colours[0] ?? []),
        uniform(30, 9, colours[1] ?? []),
      ]);
      colours.forEach((colour, i) => {
        const values = colour.map((byte, c) => (byte / 255 - (mean[c] ?? 0)) / (deviation[c] ?? 0));
        expectClose(pictures[i], unit(values));
      });
      expect(seen.open).toBeGreaterThan(0);
      await clip.release();
      expect(seen.open).toBe(0);
    });
  },
);

test('a text that is too long is cut, and keeps its end', async () => {
  await withFolder(halves, async (folder) => {
    const clip = await openClip(createRuntime({ threads: 1 }), folder);
    const [long, short] = await clip.textEmbeddings(['cat cat dog dog dog cat', 'cat cat dog']);
    expectClose(long, unit([start, cat, cat, dog, end]));
    expect(long).toEqual(short);
    await clip.release();
  });
});

test('an export without a mask is fed the padding as it is', async () => {
  const content = { ...halves, 'text_model.onnx': textGraph({ masked: false }) };
  await withFolder(content, async (folder) => {
    const clip = await openClip(createRuntime({ threads: 1 }), folder);
    expectClose((await clip.textEmbeddings(['dog']))[0], unit([start, dog, end, end, end]));
    await clip.release();
  });
});

test('many are embedded a bounded number at a time, in order; none gives none', async () => {
  await withFolder(halves, async (folder) => {
    const { watched, seen } = watchedRuntime();
    const clip = await openClip(watched, folder);
    expect(await clip.imageEmbeddings([])).toEqual([]);
    expect(await clip.textEmbeddings([])).toEqual([]);
    const texts = Array.from({ length: 70 }, (_, i) => (i % 3 === 0 ? 'dog' : 'cat'));
    const embeddings = await clip.textEmbeddings(texts);
    embeddings.forEach((embedding, i) => {
      expectClose(embedding, unit([start, i % 3 === 0 ? dog : cat, end, 0, 0]));
    });
    const pictures = await clip.imageEmbeddings(
      Array.from({ length: 33 }, (_, i) => uniform(4, 4, [5 * i, 1, 2])),
    );
    pictures.forEach((embedding, i) => {
      const values = [5 * i, 1, 2].map((byte, c) => (byte / 255 - (mean[c] ?? 0)) / (deviation[c] ?? 0));
      expectClose(embedding, unit(values));
    });
    expect([embeddings.length, pictures.length]).toEqual([70, 33]);
    expect(Math.max(...seen.fed)).toBeLessThanOrEqual(32);
    await clip.release();
  });
});

test('what reads texts is closed again where what looks at pictures does not open', async () => {
  await withFolder(halves, async (folder) => {
    const { watched, seen } = watchedRuntime();
    const failing: Runtime = {
      ...watched,
      async open(model, options) {
        if (seen.open > 0) throw new Error('no memory');
        return watched.open(model, options);
      },
    };
    await expect(openClip(failing, folder)).rejects.toThrow();
    expect(seen.open).toBe(0);
  });
});

const config = (text: number, image: number, type = 'clip') =>
  JSON.stringify({
    model_type: type,
    text_config: { max_position_embeddings: text },
    vision_config: { image_size: image },
  });
const refusals: Readonly<Record<string, readonly [Content, RegExp]>> = {
  'no config.json': [{ 'config.json': undefined }, /^The model has no config\.json\. Give the folder/],
  'no preprocessor_config.json': [
    { 'preprocessor_config.json': undefined },
    /^The model has no preprocessor_config\.json\. Give/,
  ],
  'no vocab.json': [{ 'vocab.json': undefined }, /^The model has no vocab\.json\. Copy the tokenizer/],
  'no merges.txt': [{ 'merges.txt': undefined }, /^The model has no merges\.txt\. Copy the tokenizer/],
  'no tokenizer_config.json': [
    { 'tokenizer_config.json': undefined },
    /^The model has no tokenizer_config\.json\. Copy/,
  ],
  'no graph': [
    { 'text_model.onnx': undefined },
    /^The model has neither text_model\.onnx and vision_model\.onnx nor model\.onnx, in its folder or in onnx\/\. Give/,
  ],
  'another kind of model': [
    { 'config.json': config(5, 4, 'siglip') },
    /config\.json of the model has "siglip" as model_type.*expected clip/,
  ],
  'another size of pictures': [
    { 'config.json': config(5, 8) },
    /config\.json image_size is 8, but preprocessor_config\.json has 4\. Take all files/,
  ],
  'another length of texts': [
    { 'config.json': config(77, 4) },
    /max_position_embeddings is 77, but the tokenizer's model_max_length has 5\./,
  ],
  'a file that is not JSON': [
    { 'preprocessor_config.json': '{' },
    /preprocessor_config\.json of the model is not JSON/,
  ],
  'a graph that is none': [{ 'vision_model.onnx': 'nonsense' }, /vision_model\.onnx" cannot be used/],
  'a graph that was not downloaded': [
    { 'vision_model.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' },
    /Git LFS/,
  ],
  'half floats or short integers': [
    { 'text_model.onnx': textGraph({ type: 'int32' }) },
    /text_model\.onnx" has input_ids as int32 instead of int64\. Use an export/,
  ],
  'an input that CLIP does not have': [
    { 'text_model.onnx': textGraph({ further: 'position_ids' }) },
    /text_model\.onnx" wants position_ids, which CLIP does not have\./,
  ],
  'an output of another name': [
    { 'text_model.onnx': textGraph({ output: 'pooler_output' }) },
    /text_model\.onnx" gives no text_embeds\./,
  ],
};

test.each(Object.entries(refusals))('%s is refused in a sentence', async (_, [content, message]) => {
  await withFolder({ ...halves, ...content }, async (folder) => {
    const { watched, seen } = watchedRuntime();
    const result = await attempt(() => openClip(watched, folder));
    if (result.ok) throw new Error('It was opened');
    expect(result.problem.code).toBe('invalid-model');
    expect(result.problem.message).toMatch(message);
    expect(seen.open).toBe(0);
  });
});
