import type { Random } from '../random.ts';

/** A dense row-major matrix in float64. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix of a copy of `values`, row by row, or of zeros. Throws where they are not rows × columns. */
export function matrix(rows: number, columns: number, values?: ArrayLike<number>): Matrix {
  const own = values === undefined ? new Float64Array(rows * columns) : Float64Array.from(values);
  if (own.length !== rows * columns)
    throw new RangeError(`${own.length} values are not ${rows} × ${columns}`);
  return { rows, columns, values: own };
}

/** A·B. */
export function product(a: Matrix, b: Matrix): Matrix {
  requireEqual(a.columns, b.rows);
  const result = matrix(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[row * a.columns + k] as number;
      if (factor !== 0) addScaled(result, row, factor, b, k);
    }
  }
  return result;
}

/** Aᵀ. */
export function transpose({ rows, columns, values }: Matrix): Matrix {
  const result = matrix(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result.values[column * rows + row] = values[row * columns + column] as number;
  }
  return result;
}

/** Matrices with equally many columns, one under the other. */
export function stacked(parts: readonly Matrix[]): Matrix {
  const columns = parts[0]?.columns ?? 0;
  const result = matrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    columns,
  );
  let row = 0;
  for (const part of parts) {
    requireEqual(part.columns, columns);
    result.values.set(part.values, row * columns);
    row += part.rows;
  }
  return result;
}

/** AᵀA. */
export function gram(a: Matrix): Matrix {
  return product(transpose(a), a);
}

/** A + ε·mean(diag A)·I for a square A: the smallest change of a Gram matrix that leaves no direction without weight. */
export function withRidge(a: Matrix, epsilon: number): Matrix {
  const result = matrix(a.rows, a.columns, a.values);
  let trace = 0;
  for (let i = 0; i < a.rows; i++) trace += a.values[i * a.columns + i] as number;
  const ridge = (epsilon * trace) / a.rows;
  for (let i = 0; i < a.rows; i++) {
    const at = i * a.columns + i;
    result.values[at] = (result.values[at] as number) + ridge;
  }
  return result;
}

/** X with A·X = B for a symmetric positive definite A, by Cholesky's A = L·Lᵀ. Throws where A is not positive definite. */
export function solveSpd(a: Matrix, b: Matrix): Matrix {
  requireEqual(a.rows, a.columns);
  requireEqual(a.rows, b.rows);
  const lower = cholesky(a);
  const x = matrix(b.rows, b.columns, b.values);
  const divide = (row: number) => scaleRow(x, row, 1 / (lower.values[row * a.rows + row] as number));
  for (let row = 0; row < a.rows; row++) {
    for (let k = 0; k < row; k++) addScaled(x, row, -(lower.values[row * a.rows + k] as number), x, k);
    divide(row);
  }
  for (let row = a.rows - 1; row >= 0; row--) {
    for (let k = row + 1; k < a.rows; k++)
      addScaled(x, row, -(lower.values[k * a.rows + row] as number), x, k);
    divide(row);
  }
  return x;
}

/** The lower triangle L of A = L·Lᵀ (Golub & Van Loan 2013, algorithm 4.2.1, by rows). */
function cholesky({ rows: size, values }: Matrix): Matrix {
  const lower = matrix(size, size);
  const at = lower.values;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = values[row * size + column] as number;
      for (let k = 0; k < column; k++)
        sum -= (at[row * size + k] as number) * (at[column * size + k] as number);
      if (row !== column) at[row * size + column] = sum / (at[column * size + column] as number);
      else if (sum > 0) at[row * size + row] = Math.sqrt(sum);
      else throw new RangeError(`The matrix is not positive definite: pivot ${row} is ${sum}`);
    }
  }
  return lower;
}

/** A random square matrix with orthonormal rows: Gaussian rows, each made orthogonal to those before it, twice over. */
export function randomOrthogonal(size: number, random: Random): Matrix {
  const result = matrix(size, size, Float64Array.from({ length: size * size }, random.normal));
  orthonormalize(result);
  return result;
}

/** Makes rows orthonormal in place, in their order and twice over. A row that those before it span becomes zero. */
export function orthonormalize(a: Matrix): void {
  for (let row = 0; row < a.rows; row++) {
    const before = Math.sqrt(rowProduct(a, row, row));
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < row; k++) addScaled(a, row, -rowProduct(a, row, k), a, k);
    }
    const left = Math.sqrt(rowProduct(a, row, row));
    scaleRow(a, row, left > before * spannedBelow ? 1 / left : 0);
  }
}

/** Of a row's length: what rounding leaves where nothing should be left. */
const spannedBelow = 1e-12;

/** target[row] += factor · source[from] */
function addScaled(target: Matrix, row: number, factor: number, source: Matrix, from: number): void {
  const [to, start] = [row * target.columns, from * source.columns];
  for (let column = 0; column < target.columns; column++)
    target.values[to + column] =
      (target.values[to + column] as number) + factor * (source.values[start + column] as number);
}

function scaleRow({ values, columns }: Matrix, row: number, factor: number): void {
  for (let at = row * columns; at < (row + 1) * columns; at++) values[at] = (values[at] as number) * factor;
}

function rowProduct({ values, columns }: Matrix, a: number, b: number): number {
  let sum = 0;
  for (let column = 0; column < columns; column++)
    sum += (values[a * columns + column] as number) * (values[b * columns + column] as number);
  return sum;
}

function requireEqual(a: number, b: number): void {
  if (a !== b) throw new RangeError(`The shapes do not fit: ${a} and ${b}`);
}
