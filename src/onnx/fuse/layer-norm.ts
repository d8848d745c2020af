import { float, int } from '../builder.ts';
import type { Node, ShapedGraph } from '../graph.ts';
import { type Links, linksOf } from '../links.ts';
import { type Replaceable, replaced } from './replaced.ts';
import { canHaveLayerNorm, layerNormOpset, type Standardization, writtenOut } from './standardization.ts';
import { weightedReader } from './weighted.ts';

interface LayerNorm extends Standardization, Replaceable {
  readonly scale: string;
  readonly bias: string;
}

/**
 * The graph with one LayerNormalization, scale and bias in it, in the place of the operators that exporters write one with. For graphs that
 * are only run: where the reverse is to read what lies in between, see standardization.ts.
 */
export function withLayerNorms(shaped: ShapedGraph): ShapedGraph {
  const { graph, values } = shaped;
  if (!canHaveLayerNorm(graph)) return shaped;
  const links = linksOf(graph);
  const found = graph.nodes.flatMap((node) => layerNormAround(node, shaped, links) ?? []);
  if (found.length === 0) return shaped;
  const nodes = replaced(graph.nodes, found, ({ x, scale, bias, axis, epsilon, last }) => ({
    ...last,
    op: 'LayerNormalization',
    inputs: [x, scale, bias],
    attributes: { axis: int(axis), epsilon: float(epsilon) },
  }));
  return { graph: { ...graph, opset: layerNormOpset, nodes }, values };
}

function layerNormAround(div: Node, shaped: ShapedGraph, links: Links): LayerNorm | undefined {
  const standardization = writtenOut(div, shaped, links);
  if (standardization === undefined) return undefined;
  const { x, axis, parts } = standardization;
  const size = `${shaped.values.get(x)?.dims.slice(axis)}`;
  const isOfSize = (dims: readonly number[]) => `${dims}` === size;
  const scaled = weightedReader('Mul', div, shaped, links, isOfSize);
  const moved = scaled && weightedReader('Add', scaled.node, shaped, links, isOfSize);
  if (!scaled || !moved) return undefined;
  return {
    ...standardization,
    parts: [...parts, div, scaled.node],
    scale: scaled.weight,
    bias: moved.weight,
    last: moved.node,
  };
}
