import { expect, test } from 'vitest';
import { lowRank } from '../../src/interop/low-rank.ts';
import { symmetricEigen } from '../../src/interop/symmetric-eigen.ts';
import {
  type Matrix,
  matrix,
  product,
  randomOrthogonal,
  transpose,
} from '../../src/personalize/linear-algebra.ts';
import { createRandom } from '../../src/random.ts';
import { plainHooks } from '../personalize/tiny.ts';

/** Some rows of a random orthogonal matrix. */
function orthonormalRows(rows: number, columns: number, seed: number): Matrix {
  const { values } = randomOrthogonal(columns, createRandom(seed));
  return matrix(rows, columns, values.subarray(0, rows * columns));
}

/** UᵀΣV with the given singular values, [rows, columns]. */
function withSingularValues(values: readonly number[], rows: number, columns: number): Matrix {
  const [left, right] = [orthonormalRows(values.length, rows, 1), orthonormalRows(values.length, columns, 2)];
  const scaled = matrix(
    values.length,
    columns,
    right.values.map((value, i) => value * (values[Math.floor(i / columns)] as number)),
  );
  return product(transpose(left), scaled);
}

const distance = (a: Matrix, b: Matrix) =>
  Math.sqrt(a.values.reduce((sum, value, i) => sum + (value - b.values[i]!) ** 2, 0));

test('a symmetric matrix has the eigenvalues and vectors that it was made of', () => {
  const wanted = [7, 3, 0.5, 0, -2, -9];
  const rows = orthonormalRows(6, 6, 3);
  const scaled = matrix(
    6,
    6,
    rows.values.map((value, i) => value * wanted[Math.floor(i / 6)]!),
  );
  const { values, vectors } = symmetricEigen(product(transpose(rows), scaled));
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 12);
  });
  const overlaps = product(vectors, transpose(rows)).values;
  overlaps.forEach((overlap, i) => {
    expect(Math.abs(overlap)).toBeCloseTo(i % 7 === 0 ? 1 : 0, 10);
  });
});

test.each([
  [60, 40],
  [40, 60],
])('the best product of a rank is found of a matrix %i × %i', async (rows, columns) => {
  const singular = [20, 9, 9, 4, 3, 2, 1, 0.5, 0.5, 0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.02, 0.01];
  const a = withSingularValues(singular, rows, columns);
  for (const rank of [1, 3, 4, 8]) {
    const { up, down, energies } = await lowRank(a, rank, createRandom(5), plainHooks);
    expect([up.columns, down.rows, energies.length]).toEqual([rank, rank, rank]);
    energies.forEach((energy, i) => {
      expect(Math.sqrt(energy)).toBeCloseTo(singular[i]!, 5);
    });
    // No product of this rank comes nearer (Eckart & Young 1936).
    const least = Math.sqrt(singular.slice(rank).reduce((sum, value) => sum + value ** 2, 0));
    expect(distance(product(up, down), a)).toBeCloseTo(least, 4);
  }
});

test('a rank that is all the matrix can have gives the matrix, also where it has less', async () => {
  const full = withSingularValues([5, 4, 3, 2, 1], 5, 9);
  const poor = withSingularValues([5, 4], 5, 9);
  for (const a of [full, poor, matrix(5, 9)]) {
    const { up, down } = await lowRank(a, 128, createRandom(6), plainHooks);
    expect(distance(product(up, down), a)).toBeLessThan(1e-12);
  }
});
