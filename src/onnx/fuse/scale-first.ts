import type { Graph, Node, Shaped, ShapedGraph } from '../graph.ts';
import { linksOf } from '../links.ts';

/**
 * The graph with q·s times kᵀ in the place of s times q·kᵀ, where s is one constant of less than 1 and both factors are computed:
 * attention whose exporter scaled the product. In half precision that product alone may be too large for any number (65504),
 * and 2.1 was published with `upcast_attention` for it.
 */
export function withScaleFirst({ graph, values }: ShapedGraph): ShapedGraph {
  const links = linksOf(graph);
  const results = new Set(graph.outputs.map(({ name }) => name));
  /** The products that are scaled, with the node that does it. */
  const scaled = new Map<Node, Node>();
  for (const node of graph.nodes) {
    const at = shrinkingInput(graph, node);
    const value = at === undefined ? '' : (node.inputs[1 - at] ?? '');
    const product = links.producer(value);
    const isAlone = links.uses(value).length === 1 && !results.has(value);
    if (product?.op === 'MatMul' && isAlone && !product.inputs.some((input) => graph.initializers.has(input)))
      scaled.set(product, node);
  }
  if (scaled.size === 0) return { graph, values };
  const scales = new Set(scaled.values());
  const known = new Map(values);
  const nodes = graph.nodes.flatMap((node) => {
    const scale = scaled.get(node);
    if (scale === undefined) return scales.has(node) ? [] : [node];
    const [left = '', right = ''] = node.inputs;
    const small = `${node.outputs[0]}.scaled`;
    known.set(small, values.get(left) as Shaped);
    const inputs = scale.inputs.map((input) => (input === node.outputs[0] ? left : input));
    return [
      { ...scale, name: small, inputs, outputs: [small] },
      { ...node, inputs: [small, right], outputs: scale.outputs },
    ];
  });
  return { graph: { ...graph, nodes }, values: known };
}

/** Which input of a Mul or Div is the one float32 number that makes the other smaller; undefined where none is. */
function shrinkingInput({ initializers }: Graph, { op, domain, inputs }: Node): number | undefined {
  if (domain !== '' || (op !== 'Mul' && op !== 'Div')) return undefined;
  const factors = inputs.map((input) => {
    const weight = initializers.get(input);
    if (weight === undefined || !('tensor' in weight)) return undefined;
    const { type, dims, data } = weight.tensor;
    return type === 'float32' && dims.length <= 1 && data.length === 1
      ? Math.abs(Number(data[0]))
      : undefined;
  });
  const at = factors.findIndex((factor) => factor !== undefined);
  const factor = factors[at];
  if (factor === undefined) return undefined;
  return (op === 'Mul' ? factor < 1 : at === 1 && factor > 1) ? at : undefined;
}
