import { describe, expect, test } from 'vitest';
import { agreements } from '../../../src/personalize/neurons/agreements/index.ts';
import { orderRoom } from '../../../src/personalize/neurons/order.ts';
import { createRanker, type Group } from '../../../src/personalize/neurons/ranking.ts';
import { scopes } from '../../../src/personalize/neurons/scopes/index.ts';
import { createRandom } from '../../../src/random.ts';
import { headOf, normals } from '../head.ts';
import { denseMean, densePlace, denseRanks, denseScopes, type Place, scoreBy } from './dense.ts';

const random = createRandom(7);
const heads = [headOf(13, 6, 'a.to_k'), headOf(13, 2, 'a.to_v')];
const sizes = heads.map(({ inFeatures, outFeatures }) => inFeatures * outFeatures);
const matrices = (make: (nth: number, length: number) => Float32Array) =>
  new Map(heads.map(({ name }, nth) => [name, make(nth + 1, sizes[nth] as number)]));

const cases = {
  'of any sign': {
    weights: matrices(normals),
    norms: [2, 3, 4].map((seed) => normals(seed, 13).map(Math.abs)),
  },
  'with many ties and zeros': {
    weights: matrices((_, length) => new Float32Array(length).map(() => random.integer(3) - 1)),
    norms: [0, 1, 2, 3].map(() => new Float32Array(13).map(() => random.integer(3))),
  },
  'all zero': {
    weights: matrices((_, length) => new Float32Array(length)),
    norms: [new Float32Array(13), normals(1, 13).map(Math.abs)],
  },
  'far apart in size': {
    weights: matrices((nth, length) => normals(nth, length).map((value, i) => value * 10 ** ((i % 41) - 30))),
    norms: [6, 7].map((seed) => normals(seed, 13).map((value) => Math.abs(value) * 1e5)),
  },
  'different in their last bits': {
    weights: matrices((_, length) => new Float32Array(length).map(() => 1 + random.integer(60) * 2 ** -23)),
    norms: [1, 3].map((size) => new Float32Array(13).fill(size)),
  },
};

/** The weights of a group, one by one. */
const members = (group: Group): readonly Place[] =>
  group.flatMap(({ head, first, step, count }) =>
    Array.from({ length: count }, (_, i) => [head, first + i * step] as const),
  );

function expectedPlaces(
  group: readonly Place[],
  weights: ReadonlyMap<string, Float32Array>,
  norms: readonly Float32Array[],
  name: keyof typeof agreements,
): readonly number[] {
  const ranks = (norm: Float32Array) => denseRanks(group, scoreBy(weights), norm);
  if (name === 'mean') return ranks(denseMean(norms));
  const all = norms.map(ranks);
  return group.map((_, member) =>
    densePlace(
      all.map((own) => own[member]!),
      name,
    ),
  );
}

const shown = (groups: readonly (readonly Place[])[]) =>
  groups.map((group) => group.map(([head, index]) => `${head.name} ${index}`));

describe.each(['row', 'matrix', 'model'] as const)('ranked by %s', (scope) => {
  const groups = scopes[scope](heads).flat();

  test('every weight has its group', () => {
    expect(shown(groups.map(members))).toEqual(shown(denseScopes[scope](heads)));
  });

  describe.each(Object.entries(cases))('weights %s', (_, { weights, norms }) => {
    test.each(['every', 'vote', 'mean'] as const)(
      'joined by %s have the place that the captions give them',
      (name) => {
        for (const group of groups) {
          const ranker = createRanker(group, weights);
          const expected = expectedPlaces(members(group), weights, norms, name);
          expect([...agreements[name].ranks(ranker, norms)]).toEqual(expected);
          for (const best of [0, 1, 4, 12, 13])
            expect([...agreements[name].amongBest(ranker, norms, best)]).toEqual(
              expected.map((place) => Number(place < best)),
            );
        }
      },
    );
  });
});

test('in a single caption every place of a row is given once', () => {
  for (const group of scopes.row(heads).flat()) {
    const places = createRanker(group, cases['of any sign'].weights).ranks(normals(9, 13).map(Math.abs));
    expect([...places].sort((a, b) => a - b)).toEqual([...Array(13).keys()]);
  }
});

test('a group of millions is ranked by score, and equal ones by where they come in it', () => {
  const large = headOf(1, 2 ** 22 + 1);
  const group = [{ head: large, first: 0, step: 1, count: large.outFeatures }];
  const weights = new Float32Array(large.outFeatures).map((_, i) => (i * 7919) % 1000);
  const places = createRanker(group, new Map([[large.name, weights]])).ranks(Float32Array.of(1));
  const inOrder = new Float32Array(places.length);
  places.forEach((place, i) => {
    inOrder[place] = weights[i] as number;
  });
  expect(inOrder.every((score, place) => place === 0 || score <= (inOrder[place - 1] as number))).toBe(true);
  expect(
    weights.every((score, i) => i < 1000 || score !== weights[i - 1000] || places[i]! < places[i - 1000]!),
  ).toBe(true);
});

test('equal scores of a large group are told apart by where they come in it', () => {
  const large = headOf(3, 2 ** 12);
  const group = [{ head: large, first: 0, step: 1, count: 3 * large.outFeatures }];
  const weights = new Map([
    [large.name, new Float32Array(3 * large.outFeatures).map(() => random.integer(40) / 8)],
  ]);
  const norms = [Float32Array.of(1, 2, 4), Float32Array.of(1e-20, 0, 3)];
  const expected = expectedPlaces(members(group), weights, norms, 'every');
  const ranker = createRanker(group, weights);
  expect([...agreements.every.ranks(ranker, norms)]).toEqual(expected);
  for (const best of [1, 5000, 5001, 5002, 12000])
    expect([...agreements.every.amongBest(ranker, norms, best)]).toEqual(
      expected.map((place) => Number(place < best)),
    );
});

test('rankers that share room for more weights rank as those with their own', () => {
  const room = orderRoom(100);
  const { weights, norms } = cases['of any sign'];
  for (const group of scopes.row(heads).flat())
    for (const norm of norms)
      expect(createRanker(group, weights, room).ranks(norm)).toEqual(
        createRanker(group, weights).ranks(norm),
      );
});
