import { elementCount, float32, type Tensor } from './tensor.ts';

/**
 * Tensors one after another along their first axis.
 * @param rows that the result has, zeros after the last tensor; as many as the tensors by default
 */
export function joinTensors(
  parts: readonly Tensor<'float32'>[],
  rows = parts.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0),
): Tensor<'float32'> {
  const [first, ...others] = parts;
  const [own = 0, ...size] = first?.dims ?? [];
  if (first !== undefined && others.length === 0 && own === rows) return first;
  const joined = float32([rows, ...size]);
  let at = 0;
  for (const { data } of parts) {
    joined.data.set(data, at);
    at += data.length;
  }
  return joined;
}

/** A copy of all parts one after another. */
export function joinArrays(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** The rows from one up to before another along the first axis, as a view. */
export function rowsOf(
  { dims, data }: Tensor,
  [from, to]: readonly [from: number, to: number],
): Tensor<'float32'> {
  const [, ...size] = dims;
  const length = elementCount(size);
  return float32([to - from, ...size], (data as Float32Array).subarray(from * length, to * length));
}
