import type { ShapedGraph } from '../graph.ts';
import { withScaleFirst } from './scale-first.ts';
import { withSplits } from './splits.ts';
import { withStandardization } from './standardization.ts';

/**
 * The same computation in fewer and smaller operators, before it is differentiated: what a runtime fuses by itself where a graph is only
 * run, it no longer can where the reverse reads what lies in between, and the reverse of one operator is shorter than that of its parts.
 */
export function fused(shaped: ShapedGraph): ShapedGraph {
  return withSplits(withStandardization(withScaleFirst(shaped)));
}
