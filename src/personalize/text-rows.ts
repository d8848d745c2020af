import type { Encoding } from '../diffusion/tokenizer.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { type Matrix, matrix } from './linear-algebra.ts';

/**
 * Text states of each text from one position to another, one row a position.
 * @param states [texts, tokens, width]
 * @param span first position and the one after the last; none where they are equal
 */
export function textRows(
  states: Tensor,
  encodings: readonly Encoding[],
  span: (encoding: Encoding) => readonly [number, number],
): Matrix {
  const [, tokens = 0, width = 0] = states.dims;
  const values = states.data as Float32Array;
  const rows = encodings.flatMap((encoding, text) => {
    const [from, to] = span(encoding);
    const row = (position: number) => (text * tokens + position) * width;
    return Array.from({ length: to - from }, (_, i) => values.subarray(row(from + i), row(from + i + 1)));
  });
  const result = matrix(rows.length, width);
  for (const [index, row] of rows.entries()) result.values.set(row, index * width);
  return result;
}

/** Where a token stands first; the number of all positions where it does not. */
export function positionOf({ ids }: Encoding, token: number): number {
  const position = ids.indexOf(token);
  return position < 0 ? ids.length : position;
}
