import { expect, test } from 'vitest';
import {
  deltaBytes,
  deltaMatrix,
  factorGradients,
  type LowRank,
  plusDelta,
  plusDeltas,
  untrainedFactors,
  wholeDelta,
} from '../../src/personalize/deltas.ts';
import { createRandom } from '../../src/random.ts';
import { headOf, normals } from './head.ts';

const head = headOf(3, 2);
/** up [out, rank] · down [rank, in] with rank 1: rows of ΔW as PyTorch has it are 10·(1 2 3) and 100·(1 2 3). */
const outer: LowRank = { rank: 1, down: Float32Array.of(1, 2, 3), up: Float32Array.of(10, 100) };

test('a delta in PyTorch’s layout is [in, out] here, whether whole or a product', () => {
  const expected = Float64Array.of(10, 100, 20, 200, 30, 300);
  expect(deltaMatrix(head, outer)).toEqual(expected);
  expect(deltaMatrix(head, { whole: Float32Array.of(10, 20, 30, 100, 200, 300) })).toEqual(expected);
});

test('a product of rank 2 is the sum of two of rank 1', () => {
  const [down, up] = [normals(1, 6), normals(2, 4)];
  const one = (k: number): LowRank => ({
    rank: 1,
    down: down.slice(3 * k, 3 * k + 3),
    up: up.filter((_, i) => i % 2 === k),
  });
  const parts = [deltaMatrix(head, one(0)), deltaMatrix(head, one(1))];
  deltaMatrix(head, { rank: 2, down, up }).forEach((value, i) => {
    expect(value).toBeCloseTo(parts[0]![i]! + parts[1]![i]!, 12);
  });
});

test('adding one delta and another, each with its factor, leaves the matrices that were given', () => {
  const start = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect([...plusDelta(start, head, outer, 0.5)]).toEqual([6, 52, 13, 104, 20, 156]);
  const concept = { method: 'x', token: '<new1>', classWord: '', kind: 'subject', model: '' } as const;
  const added = {
    ...concept,
    embedding: new Float32Array(),
    heads: new Map(),
    deltas: new Map([[head.name, outer]]),
  };
  const other = headOf(3, 2, 'attn2.to_v');
  const weights = new Map([
    [head.name, start],
    [other.name, start],
  ]);
  const sum = plusDeltas(weights, [head, other], [added, added]);
  expect([...(sum.get(head.name) ?? [])]).toEqual([21, 202, 43, 404, 65, 606]);
  expect(sum.get(other.name)).toBe(start);
  expect([...start]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(deltaBytes([added, added])).toBe(2 * 4 * (3 + 2));
});

test('the whole delta between two matrices takes the one to the other', () => {
  const [from, to] = [Float32Array.of(0, 1, 2, 3, 4, 5), Float32Array.of(8, 7, 6, 5, 4, 3)];
  expect(plusDelta(from, head, wholeDelta(head, from, to))).toEqual(to);
});

test('gradients of the factors are those of finite differences', () => {
  const wide = headOf(5, 4);
  const factors = { rank: 2, down: normals(3, 10), up: normals(4, 8) };
  const slopes = normals(5, 20);
  const loss = (of: LowRank) => deltaMatrix(wide, of).reduce((sum, value, i) => sum + value * slopes[i]!, 0);
  const gradients = factorGradients(wide, factors, slopes);
  for (const name of ['down', 'up'] as const) {
    gradients[name].forEach((slope, i) => {
      const moved = (by: number) => ({ ...factors, [name]: factors[name].with(i, factors[name][i]! + by) });
      // The loss is linear in each factor, so that a wide step is exact but for rounding.
      expect(slope).toBeCloseTo((loss(moved(0.5)) - loss(moved(-0.5))) / 1, 4);
    });
  }
});

test('untrained factors change nothing, and their rank is one that the matrix can have', () => {
  const factors = untrainedFactors(headOf(6, 2), 4, createRandom(1));
  expect([factors.rank, factors.down.length, factors.up.length]).toEqual([2, 12, 4]);
  expect(deltaMatrix(headOf(6, 2), factors).every((value) => value === 0)).toBe(true);
  const reach = 1 / Math.sqrt(6);
  for (const value of factors.down) expect(Math.abs(value)).toBeLessThan(reach);
  expect(new Set(factors.down).size).toBe(12);
});
