import { describe, expect, test } from 'vitest';
import { every } from '../../../src/personalize/neurons/agreements/every.ts';
import { createRanker } from '../../../src/personalize/neurons/ranking.ts';
import { createRandom } from '../../../src/random.ts';
import { headOf, normals } from '../head.ts';
import { denseRanks, placesOf, scoreBy } from './dense.ts';

const random = createRandom(3);
const inputs = 300;
const head = headOf(inputs, 1);
const group = [{ head, first: 0, step: 1, count: inputs }];
const outline = normals(5, inputs).map((value) => Math.exp(value));

/** Norms of one outline, off by at most a share, and as long as they may be. */
const alike = (share: number, lengths: readonly number[]) =>
  lengths.map((length) => outline.map((value) => value * length * (1 + share * (2 * random.uniform() - 1))));
const lengths = Array.from({ length: 24 }, (_, i) => 4 ** (i - 12));

const cases: Readonly<Record<string, readonly [weights: Float32Array, norms: readonly Float32Array[]]>> = {
  'of norms that are alike': [normals(1, inputs), alike(0.1, lengths)],
  'of norms that hardly differ': [normals(2, inputs), alike(1e-7, lengths)],
  'of norms that differ much': [normals(3, inputs), alike(0.9, lengths)],
  'with many ties': [
    new Float32Array(inputs).map(() => random.integer(4) - 1),
    lengths.map((length) => new Float32Array(inputs).map((_, j) => length * (1 + (j % 3)))),
  ],
  'with many ties by all but a norm': [
    new Float32Array(inputs).map(() => random.integer(4) - 1),
    [1, 2, 0.25].map((length) =>
      new Float32Array(inputs).map((_, j) => length * (1 + (j % 3) + (length === 2 && j % 7 === 0 ? 1 : 0))),
    ),
  ],
  'near nothing': [normals(4, inputs).map((value) => value * 1e-30), alike(0.1, [1e-14, 1e-12, 1])],
  'that norms bring near nothing': [
    normals(4, inputs).map((value) => value * 1e-8),
    alike(0.1, [1e-36, 1e-35, 1]),
  ],
  'where a norm is nothing': [normals(4, inputs), [...alike(0.1, [1, 2]), new Float32Array(inputs)]],
};

describe.each(Object.entries(cases))('weights %s', (_, [weights, norms]) => {
  const known = new Map([[head.name, weights]]);
  const ranks = norms.map((norm) => denseRanks(placesOf([head]), scoreBy(known), norm));

  test.each([0, 1, 2, 30, 90, 91, 150, 299, 300])(
    'of which %i are the best, are found for every norm',
    (best) => {
      const expected = weights.map((_, place) => Number(ranks.every((own) => own[place]! < best)));
      expect([...every.amongBest(createRanker(group, known), norms, best)]).toEqual([...expected]);
    },
  );

  test.each([1, 90, 299])('are certain, open or out as the norms say where %i are the best', (best) => {
    const { certain, open, ...narrowed } = createRanker(group, known).narrowed(norms, best);
    const isOut = new Set(weights.keys()).difference(new Set([...certain, ...open]));
    for (const own of ranks) {
      expect([...certain].every((place) => own[place]! < best)).toBe(true);
      expect([...isOut].some((place) => own[place]! < best)).toBe(false);
    }
    expect(narrowed).toMatchObject({ best: best - certain.length, ranker: { size: open.length } });
  });
});

test('most are told ahead where norms are alike', () => {
  const [weights, norms] = cases['of norms that are alike']!;
  const { open } = createRanker(group, new Map([[head.name, weights]])).narrowed(norms, 90);
  expect(open.length).toBeLessThan(inputs / 3);
});
