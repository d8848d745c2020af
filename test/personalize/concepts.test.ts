import { afterAll, beforeAll, expect, test } from 'vitest';
import { draw } from '../../src/diffusion/draw.ts';
import { ownPositions } from '../../src/diffusion/layered-text.ts';
import type { Model } from '../../src/diffusion/model.ts';
import { bytesBeside, inOutIndex, placeInPyTorch, withConcepts } from '../../src/personalize/concepts.ts';
import { headOf } from './head.ts';
import { bits, madeUpConcept, openTiny } from './tiny.ts';

let base: Model;
let names: readonly string[];
beforeAll(async () => {
  base = await openTiny();
  names = base.heads.map(({ name }) => name);
});
afterAll(() => base.release());

const bitsOf = (weights: ReadonlyMap<string, Float32Array>) =>
  new Map([...weights].map(([name, values]) => [name, bits(values)]));

test('places go from [out, in] to [in, out] and back as written out by hand', () => {
  // [out, in]: row 0 is 0 1 2, row 1 is 3 4 5; [in, out]: 0 3, 1 4, 2 5.
  const head = headOf(3, 2);
  const places = [0, 1, 2, 3, 4, 5];
  expect(places.map((place) => inOutIndex(place, head))).toEqual([0, 2, 4, 1, 3, 5]);
  expect(places.map((place) => placeInPyTorch(inOutIndex(place, head), head))).toEqual(places);
});

test('a concept puts its values where PyTorch has them, and nothing anywhere else', () => {
  const head = base.heads.find(({ inFeatures, outFeatures }) => inFeatures !== outFeatures) ?? base.heads[0];
  if (head === undefined) throw new Error('no head');
  const weights = { indices: Uint32Array.of(1, head.inFeatures), values: Float32Array.of(70, 80) };
  const concept = { ...madeUpConcept(base, 1, []), heads: new Map([[head.name, weights]]) };
  const expected = (base.baseWeights.get(head.name) as Float32Array).slice();
  expected[head.outFeatures] = 70; // output 0, input 1
  expected[1] = 80; // output 1, input 0
  expect(withConcepts(base, [concept]).weights.get(head.name)).toEqual(expected);
});

test('the base model keeps its bits, and untouched matrices are its own', () => {
  const before = bitsOf(base.baseWeights);
  const model = withConcepts(base, [madeUpConcept(base, 1, names.slice(0, 2))]);
  expect(bitsOf(base.baseWeights)).toEqual(before);
  for (const [index, name] of names.entries()) {
    const isShared = model.weights.get(name) === base.baseWeights.get(name);
    expect([name, isShared]).toEqual([name, index >= 2]);
  }
});

test('a concept whose weights stand at its token leaves every matrix to the base model', () => {
  const { weights, own } = withConcepts(base, [
    { ...madeUpConcept(base, 1, names.slice(0, 2)), following: 1 },
  ]);
  for (const name of names) expect(weights.get(name)).toBe(base.baseWeights.get(name));
  const [there] = own!.values();
  expect([...own!.keys()]).toEqual([base.folder.tokenizer.vocabularySize]);
  expect([there!.following, [...there!.heads.keys()]]).toEqual([1, names.slice(0, 2)]);
  for (const [name, { indices, values }] of there!.heads) {
    const { inFeatures, outFeatures } = base.heads.find((head) => head.name === name)!;
    indices.forEach((index, i) => {
      const [input, output] = [Math.floor(index / outFeatures), index % outFeatures];
      expect(values[i]).toBe(Math.fround(1 + (output * inFeatures + input) / 1000));
    });
  }
});

test('a concept is read in full where its prompt names it alone, and in part where it names others, whatever else is known', () => {
  const known = [1, 2, 3].map((nth) => ({ ...madeUpConcept(base, nth, names.slice(0, 1)), following: 1 }));
  const shares = (count: number, text: string) => {
    const model = withConcepts(base, known.slice(0, count));
    return ownPositions(model, [model.tokenizer.encode(text)]).map(({ share }) => share);
  };
  for (const count of [1, 3]) expect(shares(count, 'a <new1> dog, a <new1> dog')).toEqual([1, 1, 1, 1]);
  const beside = shares(2, 'a <new1> dog in <new2> park');
  expect(beside).toEqual(Array(4).fill(beside[0]));
  expect(beside[0]).toBeGreaterThan(0.5);
  expect(beside[0]).toBeLessThan(1);
});

test('a server holds an index for each weight that stands at a token with its class word’s embedding, and whole matrices for those that are in place everywhere', () => {
  const concept = madeUpConcept(base, 1, names.slice(0, 2));
  const weights = names.slice(0, 2).reduce((sum, name) => sum + concept.heads.get(name)!.indices.length, 0);
  const matrices = names.slice(0, 2).reduce((sum, name) => sum + base.baseWeights.get(name)!.length, 0);
  expect(bytesBeside(withConcepts(base, []))).toBe(0);
  expect(bytesBeside(withConcepts(base, [{ ...concept, following: 1 }]))).toBe(
    4 * (weights + base.embeddings.width),
  );
  expect(bytesBeside(withConcepts(base, [concept]))).toBe(4 * matrices);
});

test("tokens and embeddings are each concept's own, and unknown to the base model", () => {
  const model = withConcepts(
    base,
    [1, 2].map((nth) => madeUpConcept(base, nth, [])),
  );
  const own = (text: string, from = model) => from.tokenizer.encode(text).ids.slice(1, 2)[0] ?? -1;
  expect(model.added.get(own('<new1>'))?.[0]).toBe(Math.fround(0.1));
  expect(model.added.get(own('<new2>'))?.[0]).toBe(Math.fround(0.2));
  expect(own('<new1>', withConcepts(base, []))).toBeLessThan(base.folder.tokenizer.vocabularySize);
});

test('forgetting one of three concepts gives every other weight its bits back', () => {
  const [first, second, third] = [1, 2, 3].map((nth) => madeUpConcept(base, nth, names));
  if (!first || !second || !third) throw new Error('three concepts');
  const all = withConcepts(base, [first, second, third]);
  const forgotten = withConcepts(base, [first, third]);
  const byHand = new Map([...base.baseWeights].map(([name, values]) => [name, values.slice()]));
  for (const { name, inFeatures, outFeatures } of base.heads) {
    for (const { heads } of [first, third]) {
      const { indices, values } = heads.get(name)!;
      indices.forEach((place, i) => {
        const [output, input] = [Math.floor(place / inFeatures), place % inFeatures];
        byHand.get(name)![input * outFeatures + output] = values[i]!;
      });
    }
  }
  expect(bitsOf(forgotten.weights)).toEqual(bitsOf(byHand));
  for (const head of base.heads) {
    const taken = new Set(
      [...(second.heads.get(head.name)?.indices ?? [])].map((at) => inOutIndex(at, head)),
    );
    const [before, after, plain] = [all.weights, forgotten.weights, base.baseWeights].map((weights) =>
      bits(weights.get(head.name) as Float32Array),
    );
    after?.forEach((value, index) => {
      if (value !== (taken.has(index) ? plain : before)?.[index]) throw new Error(`${head.name} ${index}`);
    });
  }
});

test('the order in which concepts are placed does not matter', () => {
  const concepts = [1, 2, 3].map((nth) => madeUpConcept(base, nth, names));
  expect(bitsOf(withConcepts(base, concepts.toReversed()).weights)).toEqual(
    bitsOf(withConcepts(base, concepts).weights),
  );
});

test('naming one concept or three in a prompt uses the same matrices and opens nothing', async () => {
  const model = withConcepts(
    base,
    [1, 2, 3].map((nth) => madeUpConcept(base, nth, names)),
  );
  const given: unknown[] = [];
  const watched: typeof model = {
    ...model,
    base: {
      ...base,
      textSide: {
        ...base.textSide,
        project(embeddings, weights, places) {
          given.push(weights);
          return base.textSide.project(embeddings, weights, places);
        },
      },
    },
  };
  const before = bitsOf(model.weights);
  for (const prompt of ['a <new1> dog', 'a <new1> dog with a <new2> dog and a <new3> dog']) {
    await draw(
      watched,
      { prompt, negativePrompt: '', count: 1, seed: 1, steps: 1, guidanceScale: 1, sampler: 'ddim' },
      { turn: async (action) => action(), onStep() {} },
    );
  }
  expect(given).toEqual([model.weights, model.weights]);
  expect(given.every((weights) => weights === model.weights)).toBe(true);
  expect(bitsOf(model.weights)).toEqual(before);
});
