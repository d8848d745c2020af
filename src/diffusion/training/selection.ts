import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { TextPosition } from '../token-weights.ts';

/** Sizes of a selection of positions. */
export interface SelectionSizes {
  readonly batch: number;
  readonly tokens: number;
  /** How many positions are selected at most. */
  readonly positions: number;
}

/**
 * The matrix that takes some positions' rows out of [batch · tokens, width], [positions, batch · tokens]: one row a position, with a one
 * where it lies; rows of zeros where there are fewer. Throws where there are more.
 */
export function selectionOf(
  positions: readonly TextPosition[],
  { positions: most, batch, tokens }: SelectionSizes,
): Tensor<'float32'> {
  if (positions.length > most)
    throw new RangeError(`${positions.length} positions are more than the ${most} that were asked for`);
  const selection = float32([most, batch * tokens]);
  for (const [row, { text, position }] of positions.entries())
    selection.data[row * batch * tokens + text * tokens + position] = 1;
  return selection;
}
