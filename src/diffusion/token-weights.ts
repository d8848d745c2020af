import type { Head } from '../onnx/cut/unet.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { type HeadWeights, type KeysAndValues, widthOf } from './heads.ts';
import type { Encoding } from './tokenizer.ts';

/** Weights of one head: indices into its [in, out] matrix, and what stands there. */
export interface PlacedWeights {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Weights that stand in for a model's own where one token stands, and nowhere else. */
export interface TokenWeights {
  /** At how many positions after the token these weights are read too, up to the next token that has weights of its own; a word may be several. */
  readonly following: number;
  /** How much of what they change stays in a text that has other such tokens too, 0 to 1; all of it where absent. */
  readonly amongOthers?: number;
  /** The embedding that all other positions of a text read in the token's place, its own where absent; see `projectTexts`. */
  readonly standIn?: Float32Array;
  /** By head name; a head that is missing has none. */
  readonly heads: ReadonlyMap<string, PlacedWeights>;
}

/** A position of a text of a batch. */
export interface TextPosition {
  readonly text: number;
  readonly position: number;
}

/** One that reads weights of its own. */
export interface TokenPosition extends TextPosition {
  readonly weights: TokenWeights;
  /** How much of what they change is added here. */
  readonly share: number;
}

/** Where in texts tokens with weights of their own stand, and the positions that follow them; that of the end token is none. */
export function tokenPositions(
  own: ReadonlyMap<number, TokenWeights>,
  encodings: readonly Pick<Encoding, 'ids' | 'length'>[],
): readonly TokenPosition[] {
  return encodings.flatMap(({ ids, length }, text) => {
    const read = ids.slice(0, Math.max(0, length - 1));
    const alone = new Set(read.filter((id) => own.has(id))).size === 1;
    const positions: TokenPosition[] = [];
    let [weights, left] = [undefined as TokenWeights | undefined, 0];
    for (const [position, id] of read.entries()) {
      const here = own.get(id);
      if (here) [weights, left] = [here, here.following + 1];
      if (!weights || left-- <= 0) continue;
      positions.push({ text, position, weights, share: alone ? 1 : (weights.amongOthers ?? 1) });
    }
    return positions;
  });
}

/**
 * Takes the rows of some positions over from other keys and values, in place.
 * @param from [texts of its own, tokens, out]
 * @param texts which those are
 */
export function takeRows(
  keysAndValues: KeysAndValues,
  from: KeysAndValues,
  texts: readonly number[],
  positions: readonly TextPosition[],
): void {
  for (const [name, products] of Object.entries(keysAndValues)) {
    const own = from[name] as Tensor;
    for (const at of positions) rowAt(products, at).set(rowAt(own, { ...at, text: texts.indexOf(at.text) }));
  }
}

/** The texts of some positions, each once. */
export function textsOf(positions: readonly TextPosition[]): readonly number[] {
  return [...new Set(positions.map(({ text }) => text))];
}

/**
 * Brings keys and values to what the positions' own weights make of their text states: K_p + share·c_p·(W′ − W), in place.
 * @param keysAndValues c·W, each [texts, tokens, out]
 * @param states c, [texts, tokens, in]
 * @param weights W
 */
export function addTokenWeights(
  keysAndValues: KeysAndValues,
  states: Tensor,
  heads: readonly Head[],
  weights: HeadWeights,
  positions: readonly TokenPosition[],
): void {
  for (const { name, trunkInput } of heads) {
    const matrix = weights.get(name) as Float32Array;
    const products = keysAndValues[trunkInput] as Tensor;
    for (const at of positions) {
      const placed = at.weights.heads.get(name);
      if (placed) addChange(rowAt(products, at), rowAt(states, at), matrix, placed, at.share);
    }
  }
}

/**
 * What other weights change in products at some positions, share·c_p·(W′ − W), of some heads beside one another: [rows, their out features].
 * @param states c, [texts, tokens, in], as these heads read them
 * @param rows zeros follow where there are fewer positions
 */
export function changedRows(
  states: Tensor,
  heads: readonly Head[],
  weights: HeadWeights,
  { positions, rows }: { readonly positions: readonly TokenPosition[]; readonly rows: number },
): Tensor<'float32'> {
  const total = widthOf(heads);
  const changed = float32([rows, total]);
  for (const [row, at] of positions.entries()) {
    const state = rowAt(states, at);
    let from = row * total;
    for (const { name, outFeatures } of heads) {
      const placed = at.weights.heads.get(name);
      const change = changed.data.subarray(from, from + outFeatures);
      if (placed) addChange(change, state, weights.get(name) as Float32Array, placed, at.share);
      from += outFeatures;
    }
  }
  return changed;
}

/** What stands at a position of [texts, tokens, width], as a view. */
function rowAt({ dims, data }: Tensor, { text, position }: TextPosition): Float32Array {
  const [, tokens = 0, width = 0] = dims;
  const from = (text * tokens + position) * width;
  return (data as Float32Array).subarray(from, from + width);
}

function addChange(
  product: Float32Array,
  state: Float32Array,
  matrix: Float32Array,
  { indices, values }: PlacedWeights,
  share: number,
): void {
  const { length } = product;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    const out = index % length;
    const change = share * ((values[i] as number) - (matrix[index] as number));
    product[out] = (product[out] as number) + change * (state[(index - out) / length] as number);
  }
}
