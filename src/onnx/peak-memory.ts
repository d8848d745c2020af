import { type Graph, intsAttribute, type Node, type ShapedGraph } from './graph.ts';
import { bytesPerElement, elementCount } from './tensor.ts';

/** Operators whose result is their first input in another shape, which runtimes do not copy. */
const views = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** Operators that may write their result over an input of the same size that nobody needs any more. */
const inPlace = new Set(
  'Abs Add Cast Clip Cos Div Erf Exp Gelu Log Mul Neg Pow Reciprocal Relu Sigmoid Sign Sin Softmax Sqrt Sub Sum Tanh Where'.split(
    ' ',
  ),
);

/**
 * Most bytes that values of a graph take at one time when its nodes run in their order and each value is freed after
 * its last use. Inputs and outputs count; weights do not, nor what follows from them alone, which a runtime computes once.
 */
export function peakBytes({ graph, values }: ShapedGraph): number {
  const sources = new Map<string, string>();
  const sourceOf = (name: string): string => sources.get(name) ?? name;
  for (const node of graph.nodes) {
    if (views.has(node.op)) sources.set(node.outputs[0] ?? '', sourceOf(node.inputs[0] ?? ''));
  }
  const sizeOf = (name: string): number => {
    const shaped = values.get(name);
    return shaped === undefined ? 0 : elementCount(shaped.dims) * bytesPerElement(shaped.type);
  };
  const constants = constantValues(graph);
  const held = (name: string) => name !== '' && !constants.has(name);
  const uses = new Map<string, number>();
  const readBy = (node: Node) => new Set(node.inputs.filter(held).map(sourceOf));
  const change = (name: string, by: number) => uses.set(name, (uses.get(name) ?? 0) + by);
  for (const node of graph.nodes) for (const name of readBy(node)) change(name, 1);
  for (const { name } of graph.outputs) change(sourceOf(name), 1);

  let live = graph.inputs.reduce((sum, { name }) => sum + sizeOf(name), 0);
  let peak = live;
  for (const node of graph.nodes) {
    if (node.outputs.every((output) => constants.has(output))) continue;
    const read = readBy(node);
    const last = [...read].filter((name) => uses.get(name) === 1);
    if (!views.has(node.op)) {
      const results = node.outputs.reduce((sum, output) => sum + sizeOf(output), 0);
      const overwritten = inPlace.has(node.op) && last.some((name) => sizeOf(name) === results);
      peak = Math.max(peak, live + (overwritten ? 0 : results) + workspace(node));
      live += results;
    }
    for (const name of read) change(name, -1);
    live -= last.reduce((sum, name) => sum + sizeOf(name), 0);
    for (const output of node.outputs) if (!views.has(node.op) && !uses.get(output)) live -= sizeOf(output);
  }
  return peak;

  /** A transposed convolution first multiplies, then adds up the windows: it holds one column a place of its input. */
  function workspace(node: Node): number {
    if (node.op !== 'ConvTranspose') return 0;
    const kernel = intsAttribute(node, 'kernel_shape') ?? [];
    const places = elementCount(values.get(node.inputs[0] ?? '')?.dims.slice(2) ?? []);
    const [, channels = 0] = values.get(node.outputs[0] ?? '')?.dims ?? [];
    return kernel.some((size) => size > 1) ? channels * elementCount(kernel) * places * 4 : 0;
  }
}

function constantValues({ initializers, nodes }: Graph): ReadonlySet<string> {
  const constants = new Set(initializers.keys());
  for (const { inputs, outputs } of nodes) {
    if (inputs.length > 0 && inputs.every((input) => input === '' || constants.has(input)))
      for (const output of outputs) constants.add(output);
  }
  return constants;
}
