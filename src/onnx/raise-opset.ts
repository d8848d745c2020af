import { createGraphBuilder, type GraphBuilder } from './builder.ts';
import { type Graph, intsAttribute, type Node } from './graph.ts';

/** Which take their axes as an input from operator set 18 on, where they had an attribute. */
const reductions = new Set([
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
]);

/** The oldest set that is raised, and the first in which operators that are raised to it are written otherwise. */
const [oldest, axesAsInput] = [13, 18];

/**
 * The graph in an operator set that is as new as its own or newer, so that it can be joined with one of that set. Between 13 and 22 only
 * reductions and splits are written otherwise in what is published of Stable Diffusion; what else is in a graph is left as it is.
 * Throws for a graph that is older than 13, or newer than asked for.
 */
export function raisedTo(opset: number, graph: Graph): Graph {
  if (graph.opset === opset) return graph;
  if (graph.opset < oldest || graph.opset > opset)
    throw new RangeError(`${graph.name} is of operator set ${graph.opset} and cannot become one of ${opset}`);
  if (graph.opset >= axesAsInput || opset < axesAsInput) return { ...graph, opset };
  const builder = createGraphBuilder({ name: graph.name, opset, from: { ...graph, nodes: [] } });
  for (const node of graph.nodes) builder.node(rewritten(node, builder));
  return builder.build();
}

function rewritten(node: Node, builder: GraphBuilder): Node {
  if (node.domain !== '') return node;
  if (reductions.has(node.op)) return withAxesAsInput(node, builder);
  return node.op === 'Split' && node.inputs.length === 1 ? withPartsNamed(node) : node;
}

function withAxesAsInput(node: Node, builder: GraphBuilder): Node {
  const { axes: _, ...attributes } = node.attributes;
  const axes = intsAttribute(node, 'axes');
  return axes === undefined
    ? node
    : { ...node, inputs: [node.inputs[0] ?? '', builder.ints(axes)], attributes };
}

/** A Split into equal parts has to say into how many from 18 on. */
function withPartsNamed(node: Node): Node {
  const count = { kind: 'int', value: node.outputs.length } as const;
  return { ...node, attributes: { ...node.attributes, num_outputs: count } };
}
