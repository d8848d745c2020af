import { rowsOf } from '../onnx/join.ts';
import type { Tensor } from '../onnx/tensor.ts';

/** The part of what `embedForHeads` (layered-text.ts) gives that one of `layers` layers reads, as a view. */
export function ofLayer(embeddings: Tensor, layer: number, layers: number): Tensor<'float32'> {
  const texts = (embeddings.dims[0] ?? 0) / layers;
  return rowsOf(embeddings, [layer * texts, (layer + 1) * texts]);
}
