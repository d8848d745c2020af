import { createGraphBuilder } from '../onnx/builder.ts';
import type { Graph, Node, Shaped, ShapedGraph } from '../onnx/graph.ts';
import { prune } from '../onnx/prune.ts';
import { raise } from '../result.ts';
import { createEmitter, type Emitter } from './emit.ts';
import type { Rule, RuleContext } from './rule.ts';
import { rules } from './rules/index.ts';

export interface GradientRequest {
  /** The value to differentiate: a scalar, or, with `cotangent`, a value of any shape. */
  readonly of: string;
  /** Name of a new graph input that carries dLoss/d`of`, in the shape of `of`. Without it `of` is the loss itself. */
  readonly cotangent?: string;
  /** Graph inputs, initializers or inner values whose gradients are wanted. */
  readonly wrt: readonly string[];
  /** Values of the forward graph that the emitted graph also returns. */
  readonly keep?: readonly string[];
}

export interface GradientGraph {
  /** The forward graph and its reverse, in standard operators. Weights are shared with the forward graph by reference. */
  readonly graph: Graph;
  /** From each wanted value to the output that holds its gradient, in its shape. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * Reverse-mode differentiation of a graph into a graph: one walk from the loss to the wanted values that asks each
 * operator's rule for its vector–Jacobian product, sums back broadcast dimensions and accumulates
 * (Griewank & Walther, Evaluating Derivatives, §3.2).
 *
 * Raises 'unsupported-operator', naming the operator, the node and the reason, for anything on the way without a rule.
 */
export function gradientGraph(forward: ShapedGraph, request: GradientRequest): GradientGraph {
  const { graph, values } = forward;
  const path = nodesBetween(graph, request);
  refuseUnknown(path);

  const builder = createGraphBuilder({ name: `${graph.name} gradient`, opset: graph.opset, from: graph });
  const emit = createEmitter(builder);
  const cotangents = createCotangents(emit);
  cotangents.add(request.of, seed(forward, request, emit));
  const wanted = new Set([...request.wrt, ...path.flatMap((node) => node.outputs)]);

  for (const node of path.toReversed()) {
    if (node.outputs.every((output) => cotangents.get(output) === undefined)) continue;
    const context = ruleContext(node, forward, cotangents, emit);
    const rule = rules[node.op] as Exclude<Rule, { kind: 'none' }>;
    rule.vjp(context).forEach((cotangent, index) => {
      const input = node.inputs[index] ?? '';
      if (cotangent === null || !wanted.has(input)) return;
      const value = cotangent();
      const broadcast =
        rule.kind === 'elementwise' ? context.shape(node.outputs[0] ?? '') : context.shape(input);
      cotangents.add(input, emit.sumTo(value, broadcast, context.shape(input)));
    });
  }
  return finish(forward, request, cotangents, builder.build(), values);
}

interface Cotangents {
  get(value: string): string | undefined;
  add(value: string, cotangent: string): void;
}

function createCotangents(emit: Emitter): Cotangents {
  const known = new Map<string, string>();
  return {
    get: (value) => known.get(value),
    add(value, cotangent) {
      const earlier = known.get(value);
      known.set(value, earlier === undefined ? cotangent : emit.add(earlier, cotangent));
    },
  };
}

/** Nodes that depend on a wanted value and that the differentiated value depends on, through smooth inputs only. */
function nodesBetween(graph: Graph, request: GradientRequest): readonly Node[] {
  const dependent = new Set(request.wrt);
  const after = graph.nodes.filter((node) => {
    if (rules[node.op]?.kind === 'none') return false;
    const depends = node.inputs.some((input) => dependent.has(input));
    if (depends) for (const output of node.outputs) dependent.add(output);
    return depends;
  });
  const needed = new Set([request.of]);
  const before = after.toReversed().filter((node) => {
    const leads = node.outputs.some((output) => needed.has(output));
    if (leads) for (const input of node.inputs) needed.add(input);
    return leads;
  });
  return before.toReversed();
}

function refuseUnknown(path: readonly Node[]): void {
  for (const node of path) {
    if (node.domain !== '' || rules[node.op] === undefined) refuse(node, 'there is no gradient rule for it');
  }
}

function refuse(node: Node, reason: string): never {
  const operator = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
  return raise(
    'unsupported-operator',
    `The operator ${operator} of the node "${node.name}" cannot be trained through: ${reason}.`,
  );
}

function seed(forward: ShapedGraph, request: GradientRequest, emit: Emitter): string {
  const { type, dims } = shapeOf(forward, request.of);
  if (request.cotangent !== undefined) return emit.builder.input(request.cotangent, type, dims);
  if (dims.some((size) => size !== 1))
    throw new RangeError(`${request.of} has the shape [${dims}]; only a scalar is a loss`);
  return emit.reshape(emit.scalar(1), dims);
}

function ruleContext(node: Node, forward: ShapedGraph, cotangents: Cotangents, emit: Emitter): RuleContext {
  const first = node.outputs[0] ?? '';
  const cotangentOf = (index: number) => {
    const output = node.outputs[index] ?? '';
    return cotangents.get(output) ?? emit.zeros(shapeOf(forward, output).dims);
  };
  const constant = (value: string) => {
    const initializer = forward.graph.initializers.get(value);
    return initializer !== undefined && 'tensor' in initializer ? initializer.tensor : undefined;
  };
  return {
    node,
    emit,
    constant,
    cotangentOf,
    inputs: node.inputs,
    outputs: node.outputs,
    get cotangent() {
      return cotangents.get(first) ?? refuse(node, 'the loss depends on one of its further outputs alone');
    },
    shape: (value) => shapeOf(forward, value).dims,
    integers: (input) => {
      const tensor = constant(node.inputs[input] ?? '');
      return tensor === undefined
        ? refuse(node, `its input ${input} is not known beforehand`)
        : Array.from(tensor.data, Number);
    },
    refuse: (reason) => refuse(node, reason),
  };
}

function shapeOf(forward: ShapedGraph, value: string): Shaped {
  const shaped = forward.values.get(value);
  if (shaped === undefined) throw new Error(`The value ${value} is not in the graph ${forward.graph.name}`);
  return shaped;
}

function finish(
  forward: ShapedGraph,
  request: GradientRequest,
  cotangents: Cotangents,
  graph: Graph,
  values: ReadonlyMap<string, Shaped>,
): GradientGraph {
  const kept = (request.keep ?? []).map((name) => ({ name, ...shapeOf(forward, name) }));
  const gradients = new Map<string, string>();
  const outputs = request.wrt.map((value) => {
    const name = cotangents.get(value);
    if (name === undefined) throw new Error(`${request.of} does not depend on ${value}`);
    gradients.set(value, name);
    return { name, type: values.get(value)?.type ?? 'float32', dims: shapeOf(forward, value).dims };
  });
  const unique = [...new Map([...kept, ...outputs].map((output) => [output.name, output])).values()];
  return { graph: prune({ ...graph, outputs: unique }), gradients };
}
