import { describe, expect, test } from 'vitest';
import { findRoom } from '../../src/interop/room.ts';
import type { ConceptWeights } from '../../src/personalize/concept-file.ts';
import { headOf, normals } from '../personalize/head.ts';

const heads = [headOf(30, 40, 'a.attn2.to_k'), headOf(30, 20, 'a.attn2.to_v')];
const baseWeights = new Map(
  heads.map(({ name, inFeatures, outFeatures }, seed) => [name, normals(seed, inFeatures * outFeatures)]),
);
const base = { heads, baseWeights };

/** The matrices as PyTorch has them, each weight changed by what `change` says of its number. */
function wanted(change: (number: number) => number) {
  let number = 0;
  return new Map(
    heads.map(({ name, inFeatures, outFeatures }) => {
      const own = baseWeights.get(name)!;
      const values = Float32Array.from({ length: own.length }, (_, place) => {
        const index = (place % inFeatures) * outFeatures + Math.floor(place / inFeatures);
        return own[index]! + change(number++);
      });
      return [name, { values }] as const;
    }),
  );
}

const concept = (places: Readonly<Record<string, readonly number[]>>): ConceptWeights => ({
  method: 'cns',
  token: '<new1>',
  classWord: 'dog',
  kind: 'subject',
  model: '',
  embedding: new Float32Array(),
  heads: new Map(
    Object.entries(places).map(([name, list]) => [
      name,
      { indices: Uint32Array.from(list), values: new Float32Array(list.length) },
    ]),
  ),
  deltas: new Map(),
});

const changes = [...normals(7, 1800)].map((value) => Math.fround(value));
const all = wanted((number) => changes[number]!);

/** Number, over all heads, of each place that was taken. */
const numbersIn = (found: ReturnType<typeof findRoom>) => [
  ...found.heads.get('a.attn2.to_k')!.indices,
  ...[...found.heads.get('a.attn2.to_v')!.indices].map((place) => place + 1200),
];
const energy = (numbers: Iterable<number>) => [...numbers].reduce((sum, n) => sum + changes[n]! ** 2, 0);
const total = energy(changes.keys());

describe('room for whole matrices', () => {
  test('is where the changes are largest, as much as one concept may take', () => {
    const found = findRoom(base, all, [], 0.1);
    const largest = [...changes.keys()]
      .sort((a, b) => Math.abs(changes[b]!) - Math.abs(changes[a]!))
      .slice(0, 180);
    expect(numbersIn(found)).toEqual(largest.sort((a, b) => a - b));
    expect(found.neurons).toBe(180);
    expect(found.kept).toBeCloseTo(energy(largest) / total, 4);
    for (const [name, { indices, values }] of found.heads)
      expect(values).toEqual(Float32Array.from(indices, (place) => all.get(name)!.values[place]!));
  });

  test('is no more than what changed', () => {
    const few = wanted((number) => (number % 100 === 0 ? 1 : 0));
    expect(findRoom(base, few, [], 1)).toMatchObject({ neurons: 18, kept: 1 });
  });

  test('is never where an earlier concept is, and what is there is lost', () => {
    const own = [...Array(1200).keys()].filter((place) => place % 3 > 0);
    const earlier = [
      concept({ 'a.attn2.to_k': own.slice(0, 400) }),
      concept({ 'a.attn2.to_k': own.slice(400) }),
    ];
    const found = findRoom(base, all, earlier, 1);
    const free = [...changes.keys()].filter((number) => number >= 1200 || number % 3 === 0);
    expect(numbersIn(found)).toEqual(free);
    expect(found.kept).toBeCloseTo(energy(free) / total, 5);
    expect(findRoom(base, all, earlier, 0.5).neurons).toBe(free.length / 2);
  });

  test('is spread evenly where all changes are alike', () => {
    const found = findRoom(
      base,
      wanted(() => 0.25),
      [],
      0.25,
    );
    const [keys, values] = [...found.heads.values()].map(({ indices }) => indices.length);
    expect(keys! + values!).toBe(450);
    expect(Math.abs(keys! - 300)).toBeLessThan(5);
  });

  test('tells how many of the weights have the sign that they had', () => {
    const agreement = (change: (number: number) => number) => findRoom(base, wanted(change), [], 1).agreement;
    expect(agreement(() => 0)).toBe(1);
    const own = [...baseWeights.values()].flatMap((values) => [...values]);
    const positive = own.filter((value) => value >= 0).length;
    expect(agreement(() => 100)).toBeCloseTo(positive / own.length, 10);
    expect(
      findRoom(
        base,
        wanted(() => 0),
        [],
        1,
      ),
    ).toMatchObject({ neurons: 0, kept: 1 });
  });
});

test('weights that say their places get those that are free, changed or not', () => {
  const indices = Uint32Array.of(1, 5, 9);
  const unchanged = baseWeights.get('a.attn2.to_k')![5 * 40]!;
  const own = new Map([['a.attn2.to_k', { indices, values: Float32Array.of(8, unchanged, 8) }]]);
  const found = findRoom(base, own, [concept({ 'a.attn2.to_k': [9] })], 0);
  expect(found.heads.get('a.attn2.to_k')).toEqual({
    indices: Uint32Array.of(1, 5),
    values: Float32Array.of(8, unchanged),
  });
  const change = (place: number) => 8 - baseWeights.get('a.attn2.to_k')![place * 40]!;
  expect(found.kept).toBeCloseTo(change(1) ** 2 / (change(1) ** 2 + change(9) ** 2), 6);
});
