import { describe, expect, test } from 'vitest';
import {
  gram,
  type Matrix,
  matrix,
  product,
  randomOrthogonal,
  solveSpd,
  stacked,
  transpose,
  withRidge,
} from '../../src/personalize/linear-algebra.ts';
import { createRandom } from '../../src/random.ts';

const random = createRandom(3);
const normalMatrix = (rows: number, columns: number) =>
  matrix(rows, columns, Array.from({ length: rows * columns }, random.normal));
const largest = ({ values }: Matrix) => Math.max(...values.map(Math.abs));
const minus = (a: Matrix, b: Matrix): Matrix => ({ ...a, values: a.values.map((v, i) => v - b.values[i]!) });

test('products, transposes and stacks as written out by hand', () => {
  const a = matrix(2, 3, [1, 2, 3, 4, 5, 6]);
  const b = matrix(3, 2, [1, 0, -1, 2, 0.5, 1]);
  expect([...product(a, b).values]).toEqual([0.5, 7, 2, 16]);
  expect(transpose(a)).toEqual(matrix(3, 2, [1, 4, 2, 5, 3, 6]));
  expect([...gram(a).values]).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
  expect(stacked([a, matrix(1, 3, [7, 8, 9])])).toEqual(matrix(3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

test('shapes that do not fit are a bug', () => {
  const a = matrix(2, 3);
  expect(() => product(a, a)).toThrow(RangeError);
  expect(() => stacked([a, matrix(1, 2)])).toThrow(RangeError);
  expect(() => solveSpd(a, a)).toThrow(RangeError);
  expect(() => matrix(2, 2, [1, 2, 3])).toThrow(RangeError);
});

describe('a symmetric positive definite system', () => {
  test('is solved as by hand', () => {
    // 4x + 2y = 2, 2x + 3y = 5: x = −1/2, y = 2; and the second column of the inverse, (−1/4, 1/2).
    const x = solveSpd(matrix(2, 2, [4, 2, 2, 3]), matrix(2, 2, [2, 0, 5, 1]));
    [-0.5, -0.25, 2, 0.5].forEach((value, i) => {
      expect(x.values[i]).toBeCloseTo(value, 14);
    });
  });

  test('of any size leaves next to no residual', () => {
    for (const size of [1, 7, 60]) {
      const a = gram(normalMatrix(size + 5, size));
      const b = normalMatrix(size, 3);
      expect(largest(minus(product(a, solveSpd(a, b)), b))).toBeLessThan(1e-9);
    }
  });

  test('that is none is refused, and has a solution with a ridge', () => {
    const flat = gram(normalMatrix(3, 5));
    expect(() => solveSpd(matrix(2, 2, [1, 2, 2, 1]), matrix(2, 1))).toThrow(/not positive definite/);
    const [ridged, b] = [withRidge(flat, 1e-6), matrix(5, 1, [1, 2, 3, 4, 5])];
    expect(largest(minus(product(ridged, solveSpd(ridged, b)), b))).toBeLessThan(1e-6);
  });

  test('keeps its own matrices as they were', () => {
    const [a, b] = [gram(normalMatrix(6, 4)), normalMatrix(4, 2)];
    const before = [a.values.slice(), b.values.slice()];
    solveSpd(withRidge(a, 0.5), b);
    expect([a.values, b.values]).toEqual(before);
  });
});

test('a ridge adds the same share of the mean diagonal everywhere on it', () => {
  expect([...withRidge(matrix(2, 2, [1, 5, 5, 3]), 0.5).values]).toEqual([2, 5, 5, 4]);
});

test('random orthogonal matrices are orthogonal both ways, and others for another seed', () => {
  for (const size of [1, 32, 128]) {
    const q = randomOrthogonal(size, createRandom(size));
    const one = matrix(
      size,
      size,
      Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0)),
    );
    expect(largest(minus(gram(q), one))).toBeLessThan(1e-12);
    expect(largest(minus(gram(transpose(q)), one))).toBeLessThan(1e-12);
  }
  expect(randomOrthogonal(4, createRandom(1))).toEqual(randomOrthogonal(4, createRandom(1)));
  expect(randomOrthogonal(4, createRandom(1))).not.toEqual(randomOrthogonal(4, createRandom(2)));
});
