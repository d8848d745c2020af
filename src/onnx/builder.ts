import type { Attribute, Attributes, Dimension, Graph, Initializer, Node, ValueInfo } from './graph.ts';
import type { ElementType, Tensor } from './tensor.ts';
import { float32, int64 } from './tensor.ts';

/** Collects nodes and initializers under unused names, so that emitting a graph reads like the formula it computes. */
export interface GraphBuilder {
  /** Declares a graph input and returns its name. */
  input(name: string, type: ElementType, dims: readonly Dimension[]): string;
  /** Declares a named value as a graph output and returns the name. */
  output(name: string, type: ElementType, dims: readonly Dimension[]): string;
  /** Adds a node with one output and returns the output's name. */
  op(op: string, inputs: readonly string[], attributes?: Attributes, output?: string): string;
  /** Adds a node with `count` outputs and returns their names. */
  multi(op: string, inputs: readonly string[], count: number, attributes?: Attributes): readonly string[];
  /** Adds a node as it stands. */
  node(node: Node): void;
  /** Adds a weight and returns its name. */
  initializer(initializer: Initializer): string;
  /** Adds a constant under an unused name; equal integer and scalar constants share one. */
  constant(tensor: Tensor): string;
  /** A float32 scalar constant. */
  scalar(value: number): string;
  /** An int64 vector constant, as shape, axes and index inputs want. */
  ints(values: readonly number[]): string;
  /** A name that nothing else in this graph has, starting with `hint`. */
  fresh(hint: string): string;
  build(): Graph;
}

export interface GraphBuilderOptions {
  readonly name: string;
  readonly opset: number;
  /** A graph to continue: its inputs, outputs, nodes and weights are there from the start. */
  readonly from?: Graph;
}

/**
 * A builder of an empty graph, or of one that goes on from `from`, which stays as it is. Neither operators nor shapes are
 * checked, nor the order of nodes: they come out as they were added.
 */
export function createGraphBuilder(options: GraphBuilderOptions): GraphBuilder {
  const { from } = options;
  const inputs: ValueInfo[] = [...(from?.inputs ?? [])];
  const outputs: ValueInfo[] = [...(from?.outputs ?? [])];
  const nodes: Node[] = [...(from?.nodes ?? [])];
  const initializers = new Map<string, Initializer>(from?.initializers);
  const taken = new Set<string>([
    ...inputs.map((input) => input.name),
    ...initializers.keys(),
    ...nodes.flatMap((node) => [node.name, ...node.outputs]),
  ]);
  const sharedConstants = new Map<string, string>();
  const counters = new Map<string, number>();

  function fresh(hint: string): string {
    let count = counters.get(hint) ?? 0;
    let name = hint;
    while (taken.has(name)) name = `${hint}_${++count}`;
    counters.set(hint, count);
    taken.add(name);
    return name;
  }

  function constant(tensor: Tensor): string {
    const small = tensor.data.length <= 16;
    const key = small
      ? `${tensor.type}[${tensor.dims}]${Array.from(tensor.data as ArrayLike<number | bigint>)}`
      : '';
    const known = small ? sharedConstants.get(key) : undefined;
    if (known !== undefined) return known;
    const name = fresh('constant');
    initializers.set(name, { name, tensor });
    if (small) sharedConstants.set(key, name);
    return name;
  }

  function multi(
    op: string,
    ins: readonly string[],
    count: number,
    attributes: Attributes = {},
  ): readonly string[] {
    const outs = Array.from({ length: count }, () => fresh(op.toLowerCase()));
    nodes.push({ op, domain: '', name: outs[0] ?? op, inputs: ins, outputs: outs, attributes });
    return outs;
  }

  return {
    fresh,
    constant,
    multi,
    input(name, type, dims) {
      taken.add(name);
      inputs.push({ name, type, dims });
      return name;
    },
    output(name, type, dims) {
      outputs.push({ name, type, dims });
      return name;
    },
    op(op, ins, attributes = {}, output) {
      if (output === undefined) return multi(op, ins, 1, attributes)[0] as string;
      taken.add(output);
      nodes.push({ op, domain: '', name: output, inputs: ins, outputs: [output], attributes });
      return output;
    },
    node(node) {
      for (const name of [node.name, ...node.outputs]) taken.add(name);
      nodes.push(node);
    },
    initializer(initializer) {
      taken.add(initializer.name);
      initializers.set(initializer.name, initializer);
      return initializer.name;
    },
    scalar: (value) => constant(float32([], [value])),
    ints: (values) => constant(int64([values.length], values)),
    build: () => ({ name: options.name, opset: options.opset, inputs, outputs, nodes, initializers }),
  };
}

/** Attributes as nodes carry them. */
export const int = (value: number): Attribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const string = (value: string): Attribute => ({ kind: 'string', value });
