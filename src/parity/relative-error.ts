import type { Tensor } from '../onnx/tensor.ts';

/**
 * The largest |actual − expected| over the largest |expected|. Not a number where either holds one that is none;
 * infinite where the shapes differ, or where nothing but zero was expected and something else came.
 */
export function relativeError(actual: Pick<Tensor, 'dims' | 'data'>, expected: Tensor): number {
  if (`${actual.dims}` !== `${expected.dims}`) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const wanted = Number(expected.data[i]);
    difference = Math.max(difference, Math.abs(Number(actual.data[i]) - wanted));
    scale = Math.max(scale, Math.abs(wanted));
  }
  return difference === 0 ? 0 : difference / scale;
}
