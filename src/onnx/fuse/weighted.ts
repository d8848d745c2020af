import type { Node, ShapedGraph } from '../graph.ts';
import type { Links } from '../links.ts';
import { soleReader } from './sole-reader.ts';

/** What alone reads a node's result, where it is this operator with a weight of a shape that fits; undefined for anything else. */
export function weightedReader(
  op: string,
  before: Node,
  { graph, values }: ShapedGraph,
  links: Links,
  fits: (dims: readonly number[]) => boolean,
): { readonly node: Node; readonly weight: string } | undefined {
  const value = before.outputs[0] ?? '';
  const node = soleReader(value, graph, links);
  const weight = node?.inputs.find((input) => input !== value) ?? '';
  const isOne = node?.op === op && graph.initializers.has(weight) && fits(values.get(weight)?.dims ?? []);
  return isOne ? { node, weight } : undefined;
}
