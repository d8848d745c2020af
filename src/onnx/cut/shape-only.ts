import { raise } from '../../result.ts';
import { createGraphBuilder, int } from '../builder.ts';
import type { Graph, Node, ValueInfo } from '../graph.ts';
import { type Links, linksOf, usesAhead } from '../links.ts';
import { sorted } from '../order.ts';
import { allocate } from '../tensor.ts';

/**
 * Replaces an input whose values no longer matter by zeros of its shape: the first two dimensions of the input `like`,
 * then `rest`. Exporters compute shapes from inputs, and these computations fold away once shapes are fixed.
 * Raises `unsupported-operator` where the values do reach an output.
 */
export function keepShapeOnly(graph: Graph, input: ValueInfo, like: string, rest: readonly number[]): Graph {
  const inputs = graph.inputs.filter((candidate) => candidate !== input);
  if (!graph.nodes.some((node) => node.inputs.includes(input.name))) return { ...graph, inputs };
  refuseValueUse(graph, linksOf(graph), input);
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: { ...graph, inputs } });
  const leading = builder.op('Slice', [builder.op('Shape', [like]), builder.ints([0]), builder.ints([2])]);
  const shape =
    rest.length === 0 ? leading : builder.op('Concat', [leading, builder.ints(rest)], { axis: int(0) });
  const zero = { type: input.type, dims: [1], data: allocate(input.type, 1) };
  builder.op('ConstantOfShape', [shape], { value: { kind: 'tensor', value: zero } }, input.name);
  return sorted(builder.build());
}

function refuseValueUse(graph: Graph, links: Links, input: ValueInfo): void {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const readsValues = (node: Node): boolean => node.op !== 'Shape' && node.op !== 'Size';
  for (const { node } of usesAhead(links, input.name, (use) => readsValues(use.node))) {
    if (!readsValues(node) || !node.outputs.some((output) => outputs.has(output))) continue;
    const first = links.uses(input.name).find((use) => readsValues(use.node))?.node ?? node;
    raise(
      'unsupported-operator',
      `The model cannot be cut: its input "${input.name}" is also read by the node "${first.name}" (${first.op}).`,
    );
  }
}
