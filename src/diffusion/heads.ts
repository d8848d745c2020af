import type { Head } from '../onnx/cut/unet.ts';
import type { Tensor } from '../onnx/tensor.ts';

/** Weights of the cross-attention's key and value matrices by head name, each [in, out]. */
export type HeadWeights = ReadonlyMap<string, Float32Array>;

/** Keys and values by the trunk's input name, each [batch, tokens, out features]. */
export type KeysAndValues = Readonly<Record<string, Tensor>>;

/** Heads that read the same token embeddings, in the order of all: all of them, but where layers have their own; see layered-text.ts. */
export type Layers = readonly (readonly Head[])[];

/** Features that some heads give, beside one another. */
export function widthOf(heads: readonly Head[]): number {
  return heads.reduce((sum, { outFeatures }) => sum + outFeatures, 0);
}
