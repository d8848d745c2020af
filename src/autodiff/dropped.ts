import type { Node, ShapedGraph } from '../onnx/graph.ts';
import { linksOf } from '../onnx/links.ts';
import type { Recomputation } from '../recomputations.ts';

/** The values of a forward graph that its gradient graph does not keep under a choice of recomputation. */
export function droppedValues(forward: ShapedGraph, recomputation: Recomputation): ReadonlySet<string> {
  if (recomputation === 'none') return new Set();
  const attention = attentionValues(forward);
  if (recomputation === 'attention') return attention;
  const { nodes } = forward.graph;
  const sums = new Set(nodes.filter((node) => joinsBranches(node, forward)));
  const products = recomputation === 'activations' ? productsOf(forward) : new Set<Node>();
  const kept = nodes.filter(
    (node) => sums.has(node) || (products.has(node) && !attention.has(node.outputs[0] ?? '')),
  );
  const keptNodes = new Set(kept);
  return new Set(
    nodes.filter((node) => !keptNodes.has(node)).flatMap(({ outputs }) => outputs.filter(Boolean)),
  );
}

/** Between queries times keys and the probabilities, there are only scales and masks. */
const scaling = new Set(['Add', 'Sub', 'Mul', 'Div', 'Where', 'Cast', 'Identity']);

function attentionValues({ graph }: ShapedGraph): ReadonlySet<string> {
  const links = linksOf(graph);
  const dropped = new Set<string>();
  for (const softmax of graph.nodes.filter(({ op }) => op === 'Softmax')) {
    const chain: Node[] = [softmax];
    for (const node of chain) {
      for (const output of node.outputs) dropped.add(output);
      if (node.op === 'MatMul') continue;
      const behind = node.inputs.map((input) => links.producer(input));
      chain.push(
        ...(behind.filter(
          (one) => one !== undefined && (scaling.has(one.op) || one.op === 'MatMul'),
        ) as Node[]),
      );
    }
  }
  return dropped;
}

/** A sum of two values of one shape that are both computed, as where a block's result is added to what it was made of. */
function joinsBranches({ op, inputs }: Node, { graph, values }: ShapedGraph): boolean {
  const [left = '', right = ''] = inputs;
  const isComputed = (name: string) => !graph.initializers.has(name);
  return (
    op === 'Add' &&
    isComputed(left) &&
    isComputed(right) &&
    `${values.get(left)?.dims}` === `${values.get(right)?.dims}`
  );
}

const productOperators = new Set(['Conv', 'MatMul', 'Gemm']);

/** Products and convolutions, with the additions and reshapes right behind them, such as a bias. */
function productsOf({ graph }: ShapedGraph): ReadonlySet<Node> {
  const results = new Set<string>();
  const isProduct = ({ op, inputs }: Node) =>
    productOperators.has(op) ||
    ((op === 'Add' || op === 'Reshape') && inputs.some((input) => results.has(input)));
  const products = graph.nodes.filter((node) => {
    const found = isProduct(node);
    if (found) for (const output of node.outputs) results.add(output);
    return found;
  });
  return new Set(products);
}
