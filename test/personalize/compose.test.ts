import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { methodNames } from '../../src/method-names.ts';
import { compose } from '../../src/personalize/compose.ts';
import type { ConceptWeights, Delta } from '../../src/personalize/concept-file.ts';
import { inOutIndex, withConcepts } from '../../src/personalize/concepts.ts';
import { plusDelta } from '../../src/personalize/deltas.ts';
import type { Methods } from '../../src/personalize/method.ts';
import { normals } from './head.ts';
import { smallMethods } from './methods/small.ts';
import { bits, madeUpConcept, openTiny, plainHooks } from './tiny.ts';

let base: Model;
let cns: readonly ConceptWeights[];
let lora: ConceptWeights;
beforeAll(async () => {
  base = await openTiny();
  const names = base.heads.map(({ name }) => name);
  cns = [1, 2].map((nth) => madeUpConcept(base, nth, names.slice(0, 2)));
  lora = {
    ...madeUpConcept(base, 3, []),
    method: 'c-lora',
    deltas: new Map(
      base.heads.map((head) => [
        head.name,
        { rank: 1, down: normals(1, head.inFeatures), up: normals(2, head.outFeatures) },
      ]),
    ),
  };
});
afterAll(() => base.release());

/** Every two different methods, in either order. */
const pairs = methodNames.flatMap((one) =>
  methodNames.filter((other) => other !== one).map((other) => [one, other] as const),
);

/** A concept with what the method's files hold; where there is nothing to fuse, weights in their place or none. */
function madeUpBy(method: string, nth: number): ConceptWeights {
  const names = base.heads.map(({ name }) => name);
  const placed = madeUpConcept(base, nth, method === 'cns' ? names : []);
  if (!smallMethods.get(method)?.fuse) return { ...placed, method };
  const deltas = base.heads.map(({ name, inFeatures, outFeatures }): [string, Delta] => [
    name,
    method === 'custom-diffusion'
      ? { whole: normals(nth, inFeatures * outFeatures) }
      : { rank: 1, down: normals(nth, inFeatures), up: normals(nth + 9, outFeatures) },
  ]);
  return { ...placed, method, deltas: new Map(deltas) };
}

const bitsOf = (weights: ReadonlyMap<string, Float32Array>) =>
  new Map([...weights].map(([name, values]) => [name, bits(values)]));

describe('composing', () => {
  test('concepts of CNS calls no method, takes no turn, and is putting weights in their places', async () => {
    const method = smallMethods.get('cns')!;
    const watched: Methods = new Map([['cns', { ...method, teach: () => expect.fail('taught') }]]);
    const { model, cost } = await compose(base, cns, watched, { turn: () => expect.fail('a turn') });
    expect(cost).toEqual({ bytes: 0, seconds: 0 });
    expect(bitsOf(model.weights)).toEqual(bitsOf(withConcepts(base, cns).weights));
    const untouched = base.heads[2]?.name ?? '';
    expect(model.weights.get(untouched)).toBe(base.baseWeights.get(untouched));
  });

  test('nothing is the base model', async () => {
    const { model, cost } = await compose(base, [], smallMethods, plainHooks);
    expect(cost).toEqual({ bytes: 0, seconds: 0 });
    for (const [name, values] of base.baseWeights) expect(model.weights.get(name)).toBe(values);
  });

  test('with another method’s concept between, leaves those of CNS every weight as it was trained', async () => {
    for (const order of [
      [cns[0]!, lora, cns[1]!],
      [lora, ...cns],
      [...cns, lora],
    ]) {
      const { model, cost } = await compose(base, order, smallMethods, plainHooks);
      expect(cost.bytes).toBe([...lora.deltas.keys()].length > 0 ? bytesOf(lora) : 0);
      for (const head of base.heads) {
        const matrix = model.weights.get(head.name)!;
        const expected = plusDelta(base.baseWeights.get(head.name)!, head, lora.deltas.get(head.name)!);
        for (const concept of cns) {
          const own = concept.heads.get(head.name);
          own?.indices.forEach((place, i) => {
            expected[inOutIndex(place, head)] = own.values[i]!;
          });
        }
        expect(bits(matrix)).toEqual(bits(expected));
      }
      expect(order.map(({ token }) => model.tokenizer.encode(token).length)).toEqual([3, 3, 3]);
    }
  });

  test.each(pairs)('concepts of %s and %s gives each all that it was taught', async (one, other) => {
    const concepts = [one, other].map((method, index) => madeUpBy(method, index + 1));
    const { model } = await compose(base, concepts, smallMethods, plainHooks);
    for (const head of base.heads) {
      let expected = base.baseWeights.get(head.name) as Float32Array;
      for (const { deltas } of concepts) {
        const delta = deltas.get(head.name);
        if (delta) expected = plusDelta(expected, head, delta);
      }
      expected = expected.slice();
      for (const { heads } of concepts) {
        const own = heads.get(head.name);
        own?.indices.forEach((place, i) => {
          expected[inOutIndex(place, head)] = own.values[i]!;
        });
      }
      expect(bits(model.weights.get(head.name) as Float32Array)).toEqual(bits(expected));
    }
    expect(concepts.map(({ token }) => model.tokenizer.encode(token).length)).toEqual([3, 3]);
  });

  test('after a concept of another method was forgotten gives back what was there, bit for bit', async () => {
    await compose(base, [...cns, lora], smallMethods, plainHooks);
    const { model } = await compose(base, cns, smallMethods, plainHooks);
    expect(bitsOf(model.weights)).toEqual(bitsOf(withConcepts(base, cns).weights));
  });
});

function bytesOf({ deltas }: ConceptWeights): number {
  return base.heads.reduce(
    (sum, { name, inFeatures, outFeatures }) => sum + (deltas.has(name) ? 4 * (inFeatures + outFeatures) : 0),
    0,
  );
}
