import { type Matrix, matrix } from '../personalize/linear-algebra.ts';

const mostSweeps = 30;
/** Of ‖A‖_F: what is left beside the diagonal when it is done. */
const negligible = 1e-14;

/**
 * Eigenvalues of a symmetric matrix, largest first, and their eigenvectors, as rows in that order: cyclic Jacobi rotations
 * (Golub & Van Loan 2013, §8.5).
 */
export function symmetricEigen(a: Matrix): { readonly values: Float64Array; readonly vectors: Matrix } {
  const size = a.rows;
  const left = matrix(size, size, a.values);
  const vectors = matrix(size, size);
  for (let i = 0; i < size; i++) vectors.values[i * size + i] = 1;
  const enough = negligible * Math.sqrt(a.values.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < mostSweeps && besideDiagonal(left) > enough; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(left, vectors, p, q);
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => (left.values[j * size + j] as number) - (left.values[i * size + i] as number),
  );
  const sorted = matrix(size, size);
  order.forEach((from, to) => {
    sorted.values.set(vectors.values.subarray(from * size, (from + 1) * size), to * size);
  });
  return { values: Float64Array.from(order, (i) => left.values[i * size + i] as number), vectors: sorted };
}

/** Jᵀ·A·J with the rotation J of axes p and q that makes A_pq zero, and J's rows joined to the vectors. */
function rotate(a: Matrix, vectors: Matrix, p: number, q: number): void {
  const { columns: size, values } = a;
  const [pp, pq, qq] = [p * size + p, p * size + q, q * size + q].map((at) => values[at] as number) as [
    number,
    number,
    number,
  ];
  if (pq === 0) return;
  const slope = (qq - pp) / (2 * pq);
  const tangent = Math.sign(slope || 1) / (Math.abs(slope) + Math.sqrt(1 + slope * slope));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  turnRows(a, p, q, cosine, sine);
  for (let row = 0; row < size; row++) {
    const [x, y] = [values[row * size + p] as number, values[row * size + q] as number];
    values[row * size + p] = cosine * x - sine * y;
    values[row * size + q] = sine * x + cosine * y;
  }
  turnRows(vectors, p, q, cosine, sine);
}

function turnRows(
  { columns: size, values }: Matrix,
  p: number,
  q: number,
  cosine: number,
  sine: number,
): void {
  for (let column = 0; column < size; column++) {
    const [x, y] = [values[p * size + column] as number, values[q * size + column] as number];
    values[p * size + column] = cosine * x - sine * y;
    values[q * size + column] = sine * x + cosine * y;
  }
}

function besideDiagonal({ rows: size, values }: Matrix): number {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++)
      if (row !== column) sum += (values[row * size + column] as number) ** 2;
  }
  return Math.sqrt(sum);
}
