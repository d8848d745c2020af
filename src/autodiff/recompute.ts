import type { GraphBuilder } from '../onnx/builder.ts';
import type { Node, ShapedGraph } from '../onnx/graph.ts';
import { elementCount } from '../onnx/tensor.ts';

/** A builder whose nodes read values of the forward graph either as they were kept or as they are computed again. */
export interface RecomputingBuilder extends GraphBuilder {
  /** What the nodes that follow compute again waits for `value`, a value of the reverse. */
  computeAfter(value: string): void;
}

/**
 * Has the nodes that are added to a graph compute the values in `dropped` again, once each, instead of reading those that
 * the forward graph computed, so that these need not be kept (Chen et al. 2016, Training Deep Nets with Sublinear Memory
 * Cost). A runtime computes what it can as soon as it can and merges equal nodes; so the first node of what is computed again
 * reads one of its inputs plus zero times an element of a value that the reverse has only just reached. The results
 * have the same bits.
 */
export function recomputing(
  builder: GraphBuilder,
  { graph, values }: ShapedGraph,
  dropped: ReadonlySet<string>,
): RecomputingBuilder {
  const producers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const computed = new Map<string, string>();
  let barrier = '';

  function read(value: string): string {
    if (!dropped.has(value)) return value;
    if (!computed.has(value)) computeAgain(producers.get(value) as Node);
    return computed.get(value) as string;
  }

  /** A node that waits for nothing, such as the timestep's own, would be run at once: its small results are kept. */
  function computeAgain(node: Node): void {
    const inputs = node.inputs.map(read);
    const waits = inputs.some((input, index) => input !== node.inputs[index]);
    const delayed = waits ? inputs : delay(inputs);
    const outputs =
      delayed === undefined
        ? node.outputs
        : node.outputs.map((output) => (output === '' ? '' : builder.fresh(`${output}.again`)));
    if (delayed !== undefined)
      builder.node({ ...node, name: outputs[0] ?? node.name, inputs: delayed, outputs });
    for (const [index, output] of node.outputs.entries()) computed.set(output, outputs[index] as string);
  }

  /** The inputs, the smallest float32 one of those that the graph computes made to wait for the barrier. */
  function delay(inputs: readonly string[]): readonly string[] | undefined {
    const sizes = inputs.map((input) => {
      const shaped = values.get(input);
      const waits = shaped?.type === 'float32' && !graph.initializers.has(input);
      return waits ? elementCount(shaped.dims) : Number.POSITIVE_INFINITY;
    });
    const smallest = sizes.indexOf(Math.min(...sizes));
    if (!Number.isFinite(sizes[smallest])) return undefined;
    return inputs.with(smallest, builder.op('Add', [inputs[smallest] ?? '', zeroOf(barrier)]));
  }

  /** A scalar zero that is known only when `value` is. */
  function zeroOf(value: string): string {
    const flat = builder.op('Reshape', [value, builder.ints([-1])]);
    const first = builder.op('Slice', [flat, builder.ints([0]), builder.ints([1])]);
    return builder.op('Mul', [builder.op('Reshape', [first, builder.ints([])]), builder.scalar(0)]);
  }

  return {
    ...builder,
    computeAfter(value) {
      barrier = value;
    },
    op: (op, inputs, attributes, output) => builder.op(op, inputs.map(read), attributes, output),
    multi: (op, inputs, count, attributes) => builder.multi(op, inputs.map(read), count, attributes),
  };
}
