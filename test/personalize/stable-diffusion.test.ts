import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { untaught } from '../../src/diffusion/taught-model.ts';
import { methodNames } from '../../src/method-names.ts';
import { elementCount, float32 } from '../../src/onnx/tensor.ts';
import type { ConceptWeights } from '../../src/personalize/concept-file.ts';
import { inOutIndex } from '../../src/personalize/concepts.ts';
import { randomEmbedding } from '../../src/personalize/lesson-model.ts';
import type { Method } from '../../src/personalize/method.ts';
import {
  createCustomDiffusion,
  customDiffusionDefaults,
  customDiffusionOnStableDiffusion,
} from '../../src/personalize/methods/custom-diffusion.ts';
import { loadMethods } from '../../src/personalize/methods.ts';
import { isPublished, optionsFor } from '../../src/personalize/stable-diffusion.ts';
import { createRandom } from '../../src/random.ts';
import { normals } from './head.ts';
import { openTiny, plainHooks, tinyLesson } from './tiny.ts';

let tiny: Model;
const methods = new Map<string, Method>();
beforeAll(async () => {
  tiny = await openTiny();
  for (const [name, method] of await loadMethods()) methods.set(name, method);
  methods.set('custom-diffusion', createCustomDiffusion({ variants: 4, priorPictures: 2, drawingSteps: 2 }));
});
afterAll(() => tiny.release());

/**
 * The tiny model as one whose folder says such a text width, and the batch that a training of it was opened for. Its trainings give any
 * gradients: how far a first step of AdamW goes does not depend on them.
 */
function modelOf(textWidth: number) {
  const opened: { batch?: number } = {};
  const tokenDenoising: Model['tokenDenoising'] = async ({ batch, own }) => {
    opened.batch = batch;
    return {
      async step({ sample, embeddings }) {
        const { dims, data } = embeddings;
        const slopes = Array.from(
          own.heads,
          ([name, { values }], seed) => [name, normals(seed, values.length)] as const,
        );
        const gradients = { embeddings: float32(dims, normals(1, data.length)), weights: new Map(slopes) };
        return { loss: 1, prediction: sample, gradients };
      },
      async release() {},
    };
  };
  const training: Model['trunk']['training'] = async ({ batch }) => {
    opened.batch = batch;
    return {
      async step({ sample, keysAndValues }) {
        const slopes = Object.entries(keysAndValues).map(([name, { dims }], seed) => [
          name,
          float32(dims, normals(seed, elementCount(dims))),
        ]);
        return { loss: 1, prediction: sample, cotangents: Object.fromEntries(slopes) };
      },
      async release() {},
    };
  };
  const folder = { ...tiny.folder, textWidth };
  return { base: { ...tiny, folder, trunk: { ...tiny.trunk, training }, tokenDenoising }, opened };
}

const farthest = (values: Iterable<number>) => Math.max(...Array.from(values, Math.abs));

/** How far the farthest of a concept's weights, or factors that started at 0, went from where it was. */
function farthestWeight(base: Model, { heads, deltas }: ConceptWeights): number {
  const moved = base.heads.map((head) => {
    const before = base.baseWeights.get(head.name)!;
    const { indices = [], values = [] } = heads.get(head.name) ?? {};
    const own = Array.from(indices, (place, i) => values[i]! - before[inOutIndex(place, head)]!);
    const delta = deltas.get(head.name);
    return farthest([0, ...own, ...(delta ? ('whole' in delta ? delta.whole : delta.up) : [])]);
  });
  return farthest(moved);
}

/** What is told of a method's steps, and AdamW's first step, which is as long as its rate, say of its options. */
async function seenOf(name: string, textWidth: number) {
  const method = methods.get(name)!;
  const { base, opened } = modelOf(textWidth);
  const { steps: _, ...lesson } = tinyLesson(base);
  let steps: number | undefined;
  const atFirstStep = (_step: number, of: number) => {
    steps = of;
    throw new Error('seen');
  };
  await expect(method.teach(lesson, { ...plainHooks, onStep: atFirstStep })).rejects.toThrow('seen');
  const { concept: start } = await method.teach({ ...lesson, steps: 0 }, plainHooks);
  const { concept, steps: given } = await method.teach({ ...lesson, steps: 1 }, plainHooks);
  const rows = ({ layers, embedding }: ConceptWeights) => (layers ?? [embedding]).flatMap((row) => [...row]);
  const [before, after] = [rows(start), rows(concept)];
  return {
    steps,
    given,
    batch: opened.batch,
    weightRate: farthestWeight(base, concept),
    embeddingRate: farthest(after.map((value, i) => value - before[i]!)),
  };
}

/** Steps, batch, rate of weights and of the embedding. Of CNS's weights at their token 0.85 of the way is kept. */
const bundled: Readonly<Record<string, readonly [number, number, number, number]>> = {
  cns: [300, 8, 0.85 * 3e-2, 6e-2],
  'cns-everywhere': [300, 8, 3e-2, 6e-2],
  'textual-inversion': [300, 8, 0, 2e-2],
  'c-lora': [300, 8, 2e-3, 6e-2],
  'orthogonal-adaptation': [300, 8, 1.5e-3, 2e-2],
  'mix-of-show': [300, 8, 3e-3, 6e-2],
  'custom-diffusion': [300, 8, 1.5e-3, 6e-2],
};
const published: typeof bundled = {
  cns: [500, 2, 0.85 * 5e-4, 1e-3],
  'cns-everywhere': [500, 2, 5e-4, 1e-3],
  'textual-inversion': [500, 2, 0, 1e-3],
  'c-lora': [500, 2, 1e-4, 1e-3],
  'orthogonal-adaptation': [500, 2, 1e-4, 1e-3],
  'mix-of-show': [500, 2, 1e-4, 1e-3],
  'custom-diffusion': [500, 4, 4e-5, 4e-5],
};

test('a published text encoder is one at least as wide as the smallest CLIP', () => {
  const is = (textWidth: number) => isPublished({ folder: { textWidth } });
  expect([32, 128, 511, 512, 768, 1024].map(is)).toEqual([false, false, false, true, true, true]);
});

test('every method is tested here', () => {
  expect(Object.keys(bundled).sort()).toEqual(methodNames);
  expect(Object.keys(published).sort()).toEqual(methodNames);
});

describe.each([
  { model: 'the bundled model', textWidth: 128, starts: bundled },
  { model: 'Stable Diffusion', textWidth: 768, starts: published },
])('$model is taught as long, as many at a time and as fast as is right for it,', ({ textWidth, starts }) => {
  test.each(methodNames)('and as long as a lesson says, by %s', async (name) => {
    const [steps, batch, weightRate, embeddingRate] = starts[name]!;
    expect(await seenOf(name, textWidth)).toEqual({
      steps,
      given: 1,
      batch,
      weightRate: expect.closeTo(weightRate, 7),
      embeddingRate: expect.closeTo(embeddingRate, 7),
    });
  });
});

test('what is chosen goes before both, and what Stable Diffusion does not change stays', () => {
  const starts = { defaults: customDiffusionDefaults, onStableDiffusion: customDiffusionOnStableDiffusion };
  const of = (textWidth: number) => optionsFor({ folder: { textWidth } }, starts, { steps: 9 });
  expect(of(128)).toEqual({ ...customDiffusionDefaults, steps: 9 });
  expect(of(768)).toEqual({
    ...{ steps: 9, batch: 4, weightRate: 4e-5, embeddingRate: 4e-5, priorWeight: 1, variants: 60 },
    ...{ priorPictures: 200, drawingSteps: 25, guidanceScale: 6 },
  });
});

test('docs/methods.md says what Stable Diffusion is taught with', () => {
  const page = readFileSync(new URL('../../docs/methods.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| `([\w-]+)` \| (\d+) \| (\d+) \| (\S+) \| (\S+) \| [^|]+ \|$/gm);
  const numbers = Array.from(rows, ([, name = '', ...cells]) => [
    name,
    cells.map((cell) => (cell === '–' ? 0 : Number(cell))),
  ]);
  const { cns = [], ...others } = published;
  const [steps, batch] = cns;
  expect(Object.fromEntries(numbers)).toEqual({ ...others, cns: [steps, batch, 5e-4, 1e-3] });
});

describe('what stands for itself and is in place everywhere starts', () => {
  test.each([
    ['much longer than any word on the bundled model', 128, 24],
    ['about as long as one on Stable Diffusion', 768, 1],
  ])('%s', async (_, textWidth, times) => {
    const { base } = modelOf(textWidth);
    const method = methods.get('cns-everywhere')!;
    const { concept } = await method.teach({ ...tinyLesson(base), steps: 0 }, plainHooks);
    const asLong = randomEmbedding(untaught(base), createRandom(5, 1));
    expect(concept.embedding).toEqual(asLong.map((value) => times * value));
  });
});
