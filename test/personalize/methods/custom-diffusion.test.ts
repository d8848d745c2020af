import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { preservationPrompts } from '../../../src/personalize/captions/calibration.ts';
import { lessonOnBase } from '../../../src/personalize/lesson-model.ts';
import type { LessonHooks } from '../../../src/personalize/method.ts';
import {
  joinedBatches,
  priorExamples,
  variedExamples,
} from '../../../src/personalize/methods/custom-diffusion/examples.ts';
import { createCustomDiffusion } from '../../../src/personalize/methods/custom-diffusion.ts';
import { createBatches } from '../../../src/personalize/training/batches.ts';
import { createRandom } from '../../../src/random.ts';
import { openTiny, plainHooks, tinyLesson } from '../tiny.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

const prior = { priorPictures: 3, drawingSteps: 2, guidanceScale: 3 };

describe('pictures of the class', () => {
  test('are drawn by the base model in steps that others come between, and told one by one', async () => {
    const told: unknown[] = [];
    let turns = 0;
    const hooks: LessonHooks = {
      ...plainHooks,
      turn(action) {
        turns++;
        return plainHooks.turn(action);
      },
      onPreparing: (...what) => told.push(what),
    };
    const { latents, captions } = await priorExamples(tinyLesson(base), prior, hooks);
    expect(told).toEqual([
      ['recalling', 1, 3],
      ['recalling', 2, 3],
      ['recalling', 3, 3],
    ]);
    // For each picture: keys and values, two steps, of which PNDM takes the first twice, and the decoder.
    expect(turns).toBe(3 * 5);
    expect(latents.dims).toEqual([3, 4, 16, 16]);
    expect(new Set(latents.data).size).toBeGreaterThan(3000);
    const { tokenizer } = base.folder;
    const known = preservationPrompts('dog', 'subject').map((text) => `${tokenizer.encode(text).ids}`);
    for (const [caption] of captions) expect(known).toContain(`${caption?.ids}`);
  });
});

test('the words that tell a scale never push the token out of what is read', async () => {
  const lesson = tinyLesson(base);
  const model = lessonOnBase(lesson);
  const longest = `${'dog '.repeat(74)}<new1>`;
  const taught = await variedExamples(
    { ...lesson, captions: [[longest], [longest]] },
    model,
    12,
    createRandom(1),
    plainHooks,
  );
  for (const [caption] of taught.captions) expect(caption?.ids).toContain(model.token);
});

describe('a batch', () => {
  test('is half taught and half the class, and its weights make the loss a mean of each', async () => {
    const lesson = tinyLesson(base);
    const model = lessonOnBase(lesson);
    const taught = await variedExamples(lesson, model, 6, createRandom(1), plainHooks);
    const recalled = await priorExamples(lesson, prior, plainHooks);
    expect(taught.latents.dims).toEqual([6, 4, 16, 16]);
    const random = createRandom(2);
    const batches = joinedBatches(
      createBatches(model, taught, 2, random),
      createBatches(model, recalled, 2, random),
      0.5,
    );
    const size = 4 * 16 * 16;
    let wholes = 0;
    for (let i = 0; i < 5; i++) {
      const { encodings, timesteps, sample, target, embeddings, lossWeights } = batches.next();
      expect([sample.dims, target.dims, lossWeights?.dims]).toEqual(new Array(3).fill([4, 4, 16, 16]));
      expect([embeddings.dims[0], timesteps.length]).toEqual([4, 4]);
      expect(encodings.map(({ ids }) => ids.includes(model.token))).toEqual([true, true, false, false]);
      const sums = [0, 1, 2, 3].map((entry) => {
        const own = lossWeights?.data.slice(entry * size, (entry + 1) * size) as Float32Array;
        return own.reduce((sum, value) => sum + value, 0);
      });
      // The mean of two pictures each, by the room that taught ones take, the class at half the weight.
      for (const sum of sums.slice(0, 2)) {
        expect(sum).toBeGreaterThan(0.02);
        expect(sum).toBeLessThan(0.50001);
      }
      for (const sum of sums.slice(2)) expect(sum).toBeCloseTo(0.25, 5);
      wholes += sums.slice(0, 2).filter((sum) => Math.abs(sum - 0.5) < 1e-5).length;
      const last = new Set(lossWeights?.data.slice(2 * size) as Float32Array);
      expect(last.size).toBe(1);
    }
    expect(wholes).toBeGreaterThan(0);
  });
});

test('nothing reaches keys and values through the start token, and all of them train', async () => {
  const seen: boolean[] = [];
  const watched: Model = {
    ...base,
    textSide: {
      ...base.textSide,
      async backward(batch, tokens) {
        const reverse = await base.textSide.backward(batch, tokens);
        return {
          ...reverse,
          gradients(embeddings, weights, cotangents) {
            for (const { dims, data } of Object.values(cotangents)) {
              const [, positions = 0, out = 0] = dims;
              data.forEach((value, i) => {
                if (Math.floor(i / out) % positions === 0 && value !== 0) seen.push(true);
              });
              if (!(data as Float32Array).some((value) => value !== 0)) seen.push(false);
            }
            return reverse.gradients(embeddings, weights, cotangents);
          },
        };
      },
    },
  };
  const method = createCustomDiffusion({ ...prior, batch: 2, variants: 2, weightRate: 1e-3 });
  const { concept, neurons } = await method.teach(tinyLesson(watched), plainHooks);
  expect(seen).toEqual([]);
  expect(neurons).toBe(base.counts.keyValueParameters);
  for (const delta of concept.deltas.values()) {
    if (!('whole' in delta)) throw new Error('not whole');
    const moved = delta.whole.filter((value) => value !== 0).length;
    expect(moved).toBeGreaterThan(0.95 * delta.whole.length);
    // Three steps of AdamW that fall to nothing: 1 + 2/3 + 1/3 rates, a little more where a step is long.
    expect(Math.max(...delta.whole.map(Math.abs))).toBeLessThan(4e-3);
  }
  expect([...concept.deltas.keys()]).toEqual(base.heads.map(({ name }) => name));
});
