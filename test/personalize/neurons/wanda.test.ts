import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/diffusion/noise.ts';
import type { Head } from '../../../src/onnx/cut/unet.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { alwaysAmongBest, featureNorms, worstRanks } from '../../../src/personalize/neurons/wanda.ts';
import { headOf, normals } from '../head.ts';

const encoding = (length: number) => ({ ids: new Int32Array(8), length });

describe('feature norms', () => {
  test('are Euclidean over the words alone, without start, end and padding', () => {
    const states = float32([2, 5, 2]);
    states.data.set([9, 9, 3, 1, 4, 1, 9, 9, 9, 9]);
    states.data.set([9, 9, 1, 2, 1, 2, 1, 2, 9, 9], 10);
    const [first, second] = featureNorms(states, [encoding(4), encoding(5)]);
    expect([...(first ?? [])]).toEqual([5, Math.fround(Math.sqrt(2))]);
    expect([...(second ?? [])]).toEqual([Math.sqrt(3), Math.sqrt(12)].map(Math.fround));
  });

  test('of a text without words are zero', () => {
    const [norms] = featureNorms(float32([1, 5, 2], new Float32Array(10).fill(1)), [encoding(2)]);
    expect(norms).toEqual(new Float32Array(2));
  });
});

/** How many features of a weight's row have a larger |W|·‖X‖, or an equal one and a larger index. */
function rank(head: Head, weights: Float32Array, norm: Float32Array, j: number, out: number): number {
  const score = (k: number) =>
    Math.fround(Math.abs(weights[k * head.outFeatures + out] ?? 0) * (norm[k] ?? 0));
  const features = Array.from({ length: head.inFeatures }, (_, k) => k);
  return features.filter((k) => score(k) > score(j) || (score(k) === score(j) && k > j)).length;
}

function bruteForce(head: Head, weights: Float32Array, norms: readonly Float32Array[]): Uint16Array {
  return Uint16Array.from(weights, (_, index) => {
    const [j, out] = [Math.floor(index / head.outFeatures), index % head.outFeatures];
    return Math.max(...norms.map((norm) => rank(head, weights, norm, j, out)));
  });
}

const random = createRandom(7);
const small = headOf(13, 6);
const cases = {
  'of any sign': { weights: normals(1, 78), norms: [2, 3, 4].map((seed) => normals(seed, 13).map(Math.abs)) },
  'with many ties and zeros': {
    weights: new Float32Array(78).map(() => random.integer(3) - 1),
    norms: [0, 1, 2].map(() => new Float32Array(13).map(() => random.integer(3))),
  },
  'all zero': { weights: new Float32Array(78), norms: [new Float32Array(13), normals(1, 13).map(Math.abs)] },
  'far apart in size': {
    weights: normals(5, 78).map((value, i) => value * 10 ** ((i % 41) - 30)),
    norms: [6, 7].map((seed) => normals(seed, 13).map((value) => Math.abs(value) * 1e5)),
  },
};

describe.each(Object.entries(cases))('weights %s', (_, { weights, norms }) => {
  test('have the worst place of their row that Wanda gives them in any caption', () => {
    expect(worstRanks(small, weights, norms)).toEqual(bruteForce(small, weights, norms));
  });

  test.each([1, 4, 12, 13])('are always among the best %i exactly where their worst place is', (best) => {
    const ranks = bruteForce(small, weights, norms);
    const expected = Uint8Array.from(ranks, (place) => (place < best ? 1 : 0));
    expect(alwaysAmongBest(small, weights, norms, best)).toEqual(expected);
  });
});

test('in a single caption every place of a row is given once', () => {
  const ranks = worstRanks(small, normals(8, 78), [normals(9, 13).map(Math.abs)]);
  for (let out = 0; out < 6; out++) {
    const row = ranks.filter((_, index) => index % 6 === out);
    expect([...row].sort((a, b) => a - b)).toEqual([...Array(13).keys()]);
  }
});
