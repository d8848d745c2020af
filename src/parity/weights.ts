import type { HeadWeights } from '../diffusion/heads.ts';
import type { Model } from '../diffusion/model.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { float32, type Tensor, transposed } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import type { Reference } from './reference.ts';

/** `grad0/`, `init/`, `mask/` and `final/` hold one matrix a head, [out, in] as PyTorch has it. */
export type WeightGroup = 'grad0/' | 'init/' | 'mask/' | 'final/';

const suffix = '.weight';

/** A matrix of one head as the reference has it. */
export function referenceMatrix(reference: Reference, group: WeightGroup, head: Head): Tensor<'float32'> {
  return reference.floats(`${group}${head.name}${suffix}`, [head.outFeatures, head.inFeatures]);
}

/** The same matrix as the heads have it, [in, out]. */
export function referenceWeights(reference: Reference, group: WeightGroup, head: Head): Float32Array {
  return transposed(referenceMatrix(reference, group, head).data, head.outFeatures, head.inFeatures);
}

/** A head's matrix, [in, out], as the reference would have it. */
export function asReference(weights: HeadWeights, head: Head): Tensor<'float32'> {
  const values = weights.get(head.name) as Float32Array;
  return float32([head.outFeatures, head.inFeatures], transposed(values, head.inFeatures, head.outFeatures));
}

/** Raises 'invalid-file' where the reference has a matrix that the model was cut without. */
export function requireHeads(reference: Reference, group: WeightGroup, { heads }: Model): void {
  const known = new Set(heads.map(({ name }) => name + suffix));
  const unknown = reference.under(group).find((key) => key.endsWith(suffix) && !known.has(key));
  if (unknown !== undefined) raise('invalid-file', `the model has no ${unknown}`);
}
