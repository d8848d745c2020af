import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { untaught } from '../../../src/diffusion/taught-model.ts';
import { compose } from '../../../src/personalize/compose.ts';
import type { ConceptWeights } from '../../../src/personalize/concept-file.ts';
import { deltaMatrix } from '../../../src/personalize/deltas.ts';
import { randomEmbedding } from '../../../src/personalize/lesson-model.ts';
import {
  createCLora,
  selfRegularization,
  withoutClassWord,
} from '../../../src/personalize/methods/c-lora.ts';
import { createRandom } from '../../../src/random.ts';
import { headOf, normals } from '../head.ts';
import { bits, madeUpConcept, openTiny, plainHooks, tinyLesson } from '../tiny.ts';
import { smallMethods, taughtBy } from './small.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

const factorsOf = (seed: number, head: { inFeatures: number; outFeatures: number }, scale = 1) => ({
  rank: 2,
  down: normals(seed, 2 * head.inFeatures),
  up: normals(seed + 1, 2 * head.outFeatures).map((value) => scale * value),
});

/** A concept that adds factors of any numbers to every head. */
const madeUp = (nth: number, scale: number): ConceptWeights => ({
  ...madeUpConcept(base, nth, []),
  method: 'c-lora',
  deltas: new Map(base.heads.map((head, i) => [head.name, factorsOf(1000 * nth + 2 * i, head, scale)])),
});

describe('self-regularisation', () => {
  const head = headOf(4, 3);
  const past = [1, 3].map((seed) => ({ deltas: new Map([[head.name, factorsOf(seed, head)]]) }));

  test('has the gradient of λ·‖P ∘ ΔW‖² by finite differences, added to what is there', () => {
    const factors = factorsOf(7, head);
    const delta = deltaMatrix(head, factors);
    const penalty = (of: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < of.length; i++) {
        const earlier = past.reduce((all, one) => all + deltaMatrix(head, one.deltas.get(head.name)!)[i]!, 0);
        sum += 0.3 * (earlier * of[i]!) ** 2;
      }
      return sum;
    };
    const gradient = new Float32Array(delta.length).fill(2);
    selfRegularization([head], past, 0.3)(head, factors, gradient);
    gradient.forEach((slope, i) => {
      const moved = (by: number) => penalty(delta.with(i, delta[i]! + by));
      expect(slope - 2).toBeCloseTo((moved(0.5) - moved(-0.5)) / 1, 3);
    });
  });

  test('asks nothing of a server’s first concept', () => {
    const gradient = new Float32Array(12).fill(1);
    selfRegularization([head], [], 1e6)(head, factorsOf(7, head), gradient);
    expect([...gradient]).toEqual(new Array(12).fill(1));
  });

  test('keeps a lesson away from places that the earlier concept changed', async () => {
    const earlier = madeUp(1, 0.05);
    const touched = async (strength: number) => {
      const { concept } = await taughtBy(createCLora({ batch: 2, strength, weightRate: 0.01 }), base, {}, [
        earlier,
      ]);
      return base.heads.reduce((total, head) => {
        const [own, past] = [concept, earlier].map(({ deltas }) => deltaMatrix(head, deltas.get(head.name)!));
        return total + own!.reduce((sum, value, i) => sum + (value * past![i]!) ** 2, 0);
      }, 0);
    };
    expect(await touched(1e6)).toBeLessThan(0.7 * (await touched(0)));
  });
});

test('the token stands alone in what is trained on, and so in prompts', async () => {
  const seen = new Set<number>();
  const watched: Model = {
    ...base,
    embeddings: {
      ...base.embeddings,
      lookUp(sequences, added) {
        for (const ids of sequences) for (const id of ids) seen.add(id);
        return base.embeddings.lookUp(sequences, added);
      },
    },
  };
  const [, dog = 0] = base.folder.tokenizer.encode('dog').ids;
  const method = createCLora({ batch: 2 });
  await method.teach(tinyLesson(watched), plainHooks);
  expect([seen.has(base.folder.tokenizer.vocabularySize), seen.has(dog)]).toEqual([true, false]);
  expect(method.mention('<new1>', 'dog')).toBe('<new1>');
});

test.each([
  ['a photo of a <new1> dog in the park', 'a photo of a <new1> in the park'],
  ['<new1> Dog', '<new1>'],
  ['a <new1> dog, the <new1> dog of a park', 'a <new1>, the <new1> of a park'],
  ['a <new1> dogfish beside a dog', 'a <new1> dogfish beside a dog'],
  ['a drawing in <new1> style', 'a drawing in <new1> style'],
])('of the caption "%s" it learns "%s"', (caption, learned) => {
  expect(withoutClassWord(caption, { token: '<new1>', classWord: 'dog' })).toBe(learned);
});

test('the token starts at random, spread as the model’s embeddings are', () => {
  const { width, row } = base.embeddings;
  let squares = 0;
  let rows = 0;
  for (; row(rows); rows++) squares += row(rows)!.reduce((sum, value) => sum + value * value, 0);
  const starts = Array.from({ length: 200 }, (_, seed) =>
    randomEmbedding(untaught(base), createRandom(seed)),
  );
  const own = starts.reduce((sum, start) => start.reduce((all, value) => all + value * value, sum), 0);
  expect(own / (200 * width) / (squares / (rows * width))).toBeCloseTo(1, 1);
  const mean =
    starts.reduce((sum, start) => start.reduce((all, value) => all + value, sum), 0) / (200 * width);
  expect(Math.abs(mean)).toBeLessThan(0.05 * Math.sqrt(own / (200 * width)));
});

test('matrices are the base model’s and the sum of all factors, and cost what the factors take', async () => {
  const concepts = [madeUp(1, 0.1), madeUp(2, 0.2)];
  const { model, cost } = await compose(base, concepts, smallMethods, plainHooks);
  for (const head of base.heads) {
    const [one, two] = concepts.map(({ deltas }) => deltaMatrix(head, deltas.get(head.name)!));
    model.weights.get(head.name)?.forEach((value, i) => {
      const sum = base.baseWeights.get(head.name)![i]! + one![i]! + two![i]!;
      expect(Math.abs(value - sum)).toBeLessThan(1e-6);
    });
  }
  // Two concepts' factors of rank 2 in float32.
  const numbers = base.heads.reduce(
    (sum, { inFeatures, outFeatures }) => sum + 2 * (inFeatures + outFeatures),
    0,
  );
  expect(cost.bytes).toBe(2 * 4 * numbers);
});

test('a lesson goes on from what the server knows, and changes nothing of it', async () => {
  const earlier = madeUp(1, 0.05);
  const kept = structuredClone(earlier.deltas);
  const { concept, model } = await taughtBy(createCLora({ batch: 2 }), base, {}, [earlier]);
  expect(earlier.deltas).toEqual(kept);
  expect([...model.added.values()][0]).toBe(earlier.embedding);
  expect(earlier.embedding.every((value) => value === Math.fround(0.1))).toBe(true);
  expect([...concept.deltas.values()].every((delta) => 'rank' in delta && delta.rank === 16)).toBe(true);
  const { model: both } = await compose(base, [earlier, concept], smallMethods, plainHooks);
  const { model: without } = await compose(base, [earlier], smallMethods, plainHooks);
  for (const [name, values] of both.weights)
    expect(bits(values)).not.toEqual(bits(without.weights.get(name) as Float32Array));
});
