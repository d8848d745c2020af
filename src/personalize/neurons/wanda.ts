import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import type { Tensor } from '../../onnx/tensor.ts';

/**
 * ‖X_j‖₂ of every feature j of the text states over a caption's own tokens. The start and end tokens and the padding are
 * left out: they are nearly the same for every caption and would make all captions look alike.
 * @param states [captions, tokens, width]
 * @returns one array of `width` norms a caption
 */
export function featureNorms(states: Tensor, encodings: readonly Encoding[]): readonly Float32Array[] {
  const [, tokens = 0, width = 0] = states.dims;
  return encodings.map(({ length }, caption) => {
    const squares = new Float32Array(width);
    for (let token = 1; token < length - 1; token++) {
      const start = (caption * tokens + token) * width;
      for (let j = 0; j < width; j++)
        squares[j] = (squares[j] as number) + (states.data[start + j] as number) ** 2;
    }
    return squares.map(Math.sqrt);
  });
}

/**
 * The place of every weight in its output row's ranking by Wanda's score |W_ij|·‖X_j‖₂ (Sun et al. 2023, eq. 1), best
 * first, in the caption where it ranks worst. A weight is among the best k of its row for every caption exactly where
 * its worst rank is below k, so that masks ANDed over captions come from this one array for any k.
 * @param weights [in, out]
 * @returns [in, out], 0 to in − 1
 */
export function worstRanks(head: Head, weights: Float32Array, norms: readonly Float32Array[]): Uint16Array {
  const { inFeatures, outFeatures } = head;
  const worst = new Uint16Array(weights.length);
  const row = createRow(head, weights);
  for (let out = 0; out < outFeatures; out++) {
    row.read(out);
    for (const norm of norms) {
      const keys = row.score(norm).sort();
      for (let place = 0; place < inFeatures; place++) {
        const index = row.feature(keys[inFeatures - 1 - place] as number) * outFeatures + out;
        if (place > (worst[index] as number)) worst[index] = place;
      }
    }
  }
  return worst;
}

/**
 * Which weights are among the best `best` of their row for every caption: what worst ranks below `best` say, many
 * times faster where there are many captions, since hardly any row of any caption has to be sorted.
 * @param weights [in, out]
 * @returns [in, out], 1 where so
 */
export function alwaysAmongBest(
  head: Head,
  weights: Float32Array,
  norms: readonly Float32Array[],
  best: number,
): Uint8Array {
  const { inFeatures, outFeatures } = head;
  const among = new Uint8Array(weights.length);
  const row = createRow(head, weights);
  for (let out = 0; out < outFeatures; out++) {
    row.read(out);
    const left = Array.from({ length: inFeatures }, (_, j) => j);
    for (const norm of norms) dropBeaten(left, row.score(norm), best);
    for (const j of left) among[j * outFeatures + out] = 1;
  }
  return among;
}

/** Drops whoever has not one of the `best` largest keys. The weakest is asked first: where it stays, all do. */
function dropBeaten(left: number[], keys: Float64Array, best: number): void {
  if (left.length > best) {
    const least = keys.toSorted()[keys.length - best] as number;
    left.splice(0, left.length, ...left.filter((j) => (keys[j] as number) >= least));
  }
  while (left.length > 0) {
    let weakest = 0;
    for (let i = 1; i < left.length; i++)
      if ((keys[left[i] as number] as number) < (keys[left[weakest] as number] as number)) weakest = i;
    const own = keys[left[weakest] as number] as number;
    let better = 0;
    for (let j = 0; j < keys.length; j++) better += Number((keys[j] as number) > own);
    if (better < best) return;
    left[weakest] = left.at(-1) as number;
    left.pop();
  }
}

/** Scores of one output row at a time as keys that differ: equal scores are ordered by feature. */
function createRow({ inFeatures, outFeatures }: Head, weights: Float32Array) {
  const magnitudes = new Float32Array(inFeatures);
  const scores = new Float32Array(inFeatures);
  const bits = new Uint32Array(scores.buffer);
  const keys = new Float64Array(inFeatures);
  return {
    read(out: number): void {
      for (let j = 0; j < inFeatures; j++) magnitudes[j] = Math.abs(weights[j * outFeatures + out] as number);
    },
    /** The keys, overwritten at each call. */
    score(norm: Float32Array): Float64Array {
      for (let j = 0; j < inFeatures; j++) {
        scores[j] = (magnitudes[j] as number) * (norm[j] as number);
        keys[j] = (bits[j] as number) * packing + j;
      }
      return keys;
    },
    feature: (key: number) => key % packing,
  };
}

/** Scores are not negative, so their bits sort as they do; the feature's number rides along below them. */
const packing = 2 ** 16;
