import { largestFloat16, toFloat16 } from '../onnx/shape/evaluate/half.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Matrix } from '../personalize/linear-algebra.ts';
import { raise } from '../result.ts';

/** A matrix in half floats, as most files of this kind are. Raises 'invalid-option' where it has numbers beyond them. */
export function halfTensor({ rows, columns, values }: Matrix): Tensor {
  if (values.some((value) => Math.abs(value) > largestFloat16))
    raise(
      'invalid-option',
      'This concept has weights that half floats cannot hold. Export it in the format keepsake or custom-diffusion.',
    );
  return { type: 'float16', dims: [rows, columns], data: Uint16Array.from(values, toFloat16) };
}
