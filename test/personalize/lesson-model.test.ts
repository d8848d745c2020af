import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { withConcepts } from '../../src/personalize/concepts.ts';
import { lessonModel } from '../../src/personalize/lesson-model.ts';
import { madeUpConcept, openTiny, tinyLesson } from './tiny.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

/** What the lesson's new token starts as. */
function startOf(classWord: string): Float32Array | undefined {
  const lesson = { ...tinyLesson(base), token: '<new9>', classWord };
  const model = lessonModel({ ...lesson, model: withConcepts(base, [madeUpConcept(base, 2, [])]) });
  return model.added.get(model.tokenizer.encode('<new9>').ids[1] ?? -1);
}

const row = (word: string) =>
  base.embeddings.row(base.folder.tokenizer.encode(word).ids[1] ?? -1) ?? new Float32Array();

test("a new token starts as the class word's embedding", () => {
  expect(startOf('dog')).toEqual(row('dog'));
});

test('a class word of several tokens gives the mean of them, taught ones too', () => {
  const [dog, corgi] = [row('dog'), row('corgi')];
  startOf('corgi dog')?.forEach((value, i) => {
    expect(value).toBeCloseTo(((dog[i] ?? 0) + (corgi[i] ?? 0)) / 2, 7);
  });
  startOf('<new2> dog')?.forEach((value, i) => {
    expect(value).toBeCloseTo((0.2 + (dog[i] ?? 0)) / 2, 7);
  });
});

test('every matrix is a copy, and the tokens of earlier concepts stay', () => {
  const taught = withConcepts(base, [madeUpConcept(base, 2, [base.heads[0]?.name ?? ''])]);
  const model = lessonModel({ ...tinyLesson(base), model: taught });
  for (const [name, values] of model.weights) {
    expect(values).toEqual(taught.weights.get(name));
    expect(values).not.toBe(taught.weights.get(name));
  }
  expect(model.tokenizer.encode('<new2>').ids).toEqual(taught.tokenizer.encode('<new2>').ids);
  expect(model.added.size).toBe(2);
});
