import {
  gram,
  type Matrix,
  matrix,
  orthonormalize,
  product,
  transpose,
} from '../personalize/linear-algebra.ts';
import type { Turns } from '../personalize/method.ts';
import type { Random } from '../random.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** A ≈ up·down, the rows of `down` ordered by how much of A they hold. */
export interface LowRankFactors {
  /** [rows, rank], its columns orthonormal. */
  readonly up: Matrix;
  /** [rank, columns]. */
  readonly down: Matrix;
  /** Squares of the singular values, largest first. */
  readonly energies: Float64Array;
}

/** More directions than asked for, and passes over A, which make the best ones exact (Halko et al. 2011, §1.3 and §4.5). */
const spare = 8;
const passes = 2;

/**
 * The best approximation of A by a product of rank `rank`, as far as a random subspace that A has been through several
 * times holds it: randomized subspace iteration (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.1). Exact where the
 * rank is all that A can have.
 */
export async function lowRank(
  a: Matrix,
  rank: number,
  random: Random,
  { turn }: Turns,
): Promise<LowRankFactors> {
  const size = Math.min(rank + spare, a.rows, a.columns);
  const back = transpose(a);
  const directions = Float64Array.from({ length: size * a.columns }, random.normal);
  let left = await turn(() => image(a, matrix(size, a.columns, directions)));
  for (let pass = 0; pass < passes; pass++) {
    const right = await turn(() => image(back, left));
    left = await turn(() => image(a, right));
  }
  const seen = await turn(() => product(back, transpose(left)));
  const { values, vectors } = await turn(() => symmetricEigen(gram(seen)));
  const kept = Math.min(rank, size);
  const best = matrix(kept, size, vectors.values.subarray(0, kept * size));
  return {
    up: transpose(product(best, left)),
    down: product(best, transpose(seen)),
    energies: values.subarray(0, kept),
  };
}

/** An orthonormal basis of what A makes of the rows, as rows. */
function image(a: Matrix, rows: Matrix): Matrix {
  const result = transpose(product(a, transpose(rows)));
  orthonormalize(result);
  return result;
}
