import { createGraphBuilder, int } from '../builder.ts';
import { type Graph, intAttribute, intsAttribute, type Node } from '../graph.ts';
import { type Links, linksOf, usesAhead } from '../links.ts';
import { sorted } from '../order.ts';

/**
 * A U-Net each of whose enlargements takes the size of the skip connection that it is then joined with, as diffusers has it for
 * sides that cannot be halved often enough (`upsample_size` in UNet2DConditionModel.forward). Exporters write down a doubling, which
 * gives the same values for all other sides.
 * Undefined where what an enlargement is joined with is not found.
 */
export function withSkipSizes(graph: Graph): Graph | undefined {
  const links = linksOf(graph);
  const skips = new Map<Node, string>();
  for (const node of graph.nodes.filter(({ op }) => op === 'Resize' || op === 'Upsample')) {
    const skip = node.op === 'Resize' ? skipOf(links, node) : undefined;
    if (skip === undefined) return undefined;
    skips.set(node, skip);
  }
  if (skips.size === 0 || graph.opset < 11) return undefined;
  const nodes = graph.nodes.filter((node) => !skips.has(node));
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: { ...graph, nodes } });
  for (const [node, skip] of skips) {
    const [data = ''] = node.inputs;
    const part = (of: string, from: number, to: number) =>
      builder.op('Slice', [builder.op('Shape', [of]), builder.ints([from]), builder.ints([to])]);
    const sizes = builder.op('Concat', [part(data, 0, 2), part(skip, 2, 4)], { axis: int(0) });
    builder.node({ ...node, inputs: [data, '', '', sizes] });
  }
  return sorted(builder.build());
}

/** What the result of an enlargement is joined with, by way of operators that keep its sides. */
function skipOf(links: Links, resize: Node): string | undefined {
  for (const { node, index } of usesAhead(links, resize.outputs[0] ?? '', ({ node }) => keepsSides(node))) {
    if (node.op === 'Concat')
      return node.inputs.length === 2 && intAttribute(node, 'axis', 0) === 1
        ? node.inputs[1 - index]
        : undefined;
    if (!keepsSides(node)) return undefined;
  }
  return undefined;
}

function keepsSides(node: Node): boolean {
  if (node.op === 'Cast' || node.op === 'Identity') return true;
  if (node.op !== 'Conv') return false;
  const kernel = intsAttribute(node, 'kernel_shape') ?? [];
  const pads = intsAttribute(node, 'pads') ?? [0, 0, 0, 0];
  const strides = intsAttribute(node, 'strides') ?? [1, 1];
  const dilations = intsAttribute(node, 'dilations') ?? [1, 1];
  return kernel.every(
    (size, axis) =>
      strides[axis] === 1 &&
      (pads[axis] ?? 0) + (pads[axis + 2] ?? 0) === (size - 1) * (dilations[axis] ?? 1),
  );
}
