import type { ShapedGraph } from '../graph.ts';
import { withAttention } from './attention.ts';
import { withChannelsLast } from './channels-last.ts';
import { withLayerNorms } from './layer-norm.ts';
import { withSplitGelus } from './split-gelu.ts';

/** The same computation in the operators with which the runtime is quickest on a GPU, many of them its own: for graphs that are only run. */
export function fusedForGpu(shaped: ShapedGraph): ShapedGraph {
  return withChannelsLast(withSplitGelus(withLayerNorms(withAttention(shaped))));
}
