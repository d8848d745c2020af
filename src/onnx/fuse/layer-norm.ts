import { float, int } from '../builder.ts';
import type { Node, ShapedGraph } from '../graph.ts';
import { type Links, linksOf } from '../links.ts';
import { type Replaceable, replaced } from './replaced.ts';
import { soleReader } from './sole-reader.ts';
import { layerNormOpset, type Standardization, writtenOut } from './standardization.ts';

/** Operators of older sets mean something else in that of LayerNormalization. */
const oldest = 13;

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
  if (graph.opset < oldest || graph.opset > layerNormOpset) return shaped;
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
  const scaled = weighted('Mul', div);
  const moved = scaled && weighted('Add', scaled.node);
  if (!scaled || !moved) return undefined;
  return {
    ...standardization,
    parts: [...parts, div, scaled.node],
    scale: scaled.weight,
    bias: moved.weight,
    last: moved.node,
  };

  function weighted(op: string, before: Node) {
    const value = before.outputs[0] ?? '';
    const node = soleReader(value, shaped.graph, links);
    const weight = node?.inputs.find((input) => input !== value) ?? '';
    const fits =
      node?.op === op &&
      shaped.graph.initializers.has(weight) &&
      `${shaped.values.get(weight)?.dims}` === size;
    return fits ? { node, weight } : undefined;
  }
}
