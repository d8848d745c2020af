import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { Span } from './positions.ts';

/**
 * ‖X_j‖₂ of every feature j of the text states over some positions of each caption (Sun et al. 2023, eq. 1).
 * @param states [captions, tokens, width]
 * @returns one array of `width` norms a caption
 */
export function featureNorms(
  states: Tensor,
  encodings: readonly Encoding[],
  span: (encoding: Encoding) => Span,
): readonly Float32Array[] {
  const [, tokens = 0, width = 0] = states.dims;
  return encodings.map((encoding, caption) => {
    const squares = new Float32Array(width);
    const [from, to] = span(encoding);
    for (let token = from; token < to; token++) {
      const start = (caption * tokens + token) * width;
      for (let j = 0; j < width; j++)
        squares[j] = (squares[j] as number) + (states.data[start + j] as number) ** 2;
    }
    return squares.map(Math.sqrt);
  });
}
