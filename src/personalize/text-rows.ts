import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { Encoding } from '../diffusion/tokenizer.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { type Matrix, matrix } from './linear-algebra.ts';
import type { Turns } from './method.ts';
import { textStates } from './texts.ts';

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

/** Gathers the mean of c·cᵀ over rows c that come a few at a time, in the order in which they come. */
export interface GramSum {
  /** @param rows [rows, width] */
  add(rows: Matrix): void;
  /** [width, width] */
  mean(): Matrix;
}

/** A sum of nothing yet, in float64, for rows of `width` numbers. The mean of no rows is not a number. */
export function createGramSum(width: number): GramSum {
  const sums = new Float64Array(width * width);
  let count = 0;
  return {
    add({ rows, values }) {
      count += rows;
      for (let start = 0; start < values.length; start += width) {
        for (let j = 0; j < width; j++) {
          const value = values[start + j] as number;
          for (let k = 0; k <= j; k++)
            sums[j * width + k] = (sums[j * width + k] as number) + value * (values[start + k] as number);
        }
      }
    },
    mean: () =>
      matrix(
        width,
        width,
        sums.map((_, index) => {
          const [j, k] = [Math.floor(index / width), index % width];
          return (sums[Math.max(j, k) * width + Math.min(j, k)] as number) / count;
        }),
      ),
  };
}

/**
 * Mean of c·cᵀ over the text states c of all texts, [width, width].
 * @param span the positions of each text that count, as of {@link textRows}
 */
export async function gramOf(
  model: TaughtModel,
  texts: readonly string[],
  span: (encoding: Encoding) => readonly [number, number],
  hooks: Turns,
): Promise<Matrix> {
  const sum = createGramSum(model.base.embeddings.width);
  for (const { states, encodings } of await textStates(model, texts, hooks))
    await hooks.turn(() => sum.add(textRows(states, encodings, span)));
  return sum.mean();
}

/** Where a token stands first; the number of all positions where it does not. */
export function positionOf({ ids }: Encoding, token: number): number {
  const position = ids.indexOf(token);
  return position < 0 ? ids.length : position;
}
