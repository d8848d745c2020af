import type { Tensor } from '../onnx/tensor.ts';

/** Weights of the cross-attention's key and value matrices by head name, each [in, out]. */
export type HeadWeights = ReadonlyMap<string, Float32Array>;

/** Keys and values by the trunk's input name, each [batch, tokens, out features]. */
export type KeysAndValues = Readonly<Record<string, Tensor>>;
