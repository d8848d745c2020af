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
  const bits = new Float32Array(1);
  const asInteger = new Uint32Array(bits.buffer);
  const keys = new Float64Array(inFeatures);
  for (let out = 0; out < outFeatures; out++) {
    for (const norm of norms) {
      for (let j = 0; j < inFeatures; j++) {
        bits[0] = Math.abs(weights[j * outFeatures + out] as number) * (norm[j] as number);
        keys[j] = (asInteger[0] as number) * packing + j;
      }
      keys.sort();
      for (let place = 0; place < inFeatures; place++) {
        const index = ((keys[inFeatures - 1 - place] as number) % packing) * outFeatures + out;
        if (place > (worst[index] as number)) worst[index] = place;
      }
    }
  }
  return worst;
}

/** Scores are not negative, so their bits sort as they do; the feature's number rides along below them. */
const packing = 2 ** 16;
