import { createGraphBuilder } from '../onnx/builder.ts';
import type { Graph, Node, Shaped, ShapedGraph } from '../onnx/graph.ts';
import { type Links, linksOf } from '../onnx/links.ts';
import { prune } from '../onnx/prune.ts';
import { float32 } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { createEmitter, type Emitter } from './emit.ts';
import { recomputing } from './recompute.ts';
import type { Rule, RuleContext, SmoothRule } from './rule.ts';
import { rules } from './rules/index.ts';

/** What to differentiate with respect to what, by the names of values of the forward graph. */
export interface GradientRequest {
  /** The value to differentiate: a scalar, or, with `cotangent`, a value of any shape. */
  readonly of: string;
  /** Name of a new graph input that carries dLoss/d`of`, in the shape of `of`. Without it `of` is the loss itself. */
  readonly cotangent?: string;
  /** Graph inputs, initializers or inner values whose gradients are wanted: zeros where nothing smooth leads from them. */
  readonly wrt: readonly string[];
  /** Values of the forward graph that the emitted graph also returns. */
  readonly keep?: readonly string[];
  /** Values of the forward graph that are computed again where gradients need them, and not kept until then. */
  readonly recompute?: ReadonlySet<string>;
}

/** What {@link gradientGraph} emits. */
export interface GradientGraph {
  /** The forward graph and its reverse, in standard operators. Weights are shared with the forward graph by reference. */
  readonly graph: Graph;
  /** From each wanted value to an output of its own that holds its gradient, in its shape. */
  readonly gradients: ReadonlyMap<string, string>;
}

const oldestOpset = 13;

/**
 * Reverse-mode differentiation of a graph into a graph: one walk from the loss to the wanted values that asks each
 * operator's rule for its vector–Jacobian product, sums back broadcast dimensions and accumulates
 * (Griewank & Walther, Evaluating Derivatives, §3.2).
 *
 * Raises 'unsupported-operator', naming the operator, the node and the reason, for anything on the way without a rule
 * or in another type than float32, 'invalid-model' for operator sets in which rules and emitted operators mean
 * something else. Throws where a value is not in the graph or has no gradients.
 */
export function gradientGraph(forward: ShapedGraph, request: GradientRequest): GradientGraph {
  const { graph } = forward;
  const path = nodesBetween(graph, request).map((node) => ({ node, rule: ruleFor(forward, node) }));
  requireTrainable(forward, request);

  const name = `${graph.name} gradient`;
  const plain = createGraphBuilder({ name, opset: graph.opset, from: graph });
  const builder = recomputing(plain, forward, request.recompute ?? new Set());
  const emit = createEmitter(builder, graph.opset);
  const cotangents = createCotangentTable(emit);
  const links = linksOf(graph);
  cotangents.add(request.of, seed(forward, request, emit));
  const wanted = new Set([...request.wrt, ...path.flatMap(({ node }) => present(node.outputs))]);

  for (const { node, rule } of path.toReversed()) {
    const context = ruleContext(node, { forward, links, cotangents, emit });
    builder.computeAfter(cotangents.latest(node.outputs));
    const entries = rule.vjp(context);
    for (const [index, input] of node.inputs.entries()) {
      if (!wanted.has(input)) continue;
      const cotangent = entries[index] ?? refuse(node, `no gradient of its input ${index} is known`);
      const broadcast =
        rule.kind === 'elementwise' ? context.shape(node.outputs[0] ?? '') : context.shape(input);
      cotangents.add(input, emit.sumTo(cotangent(), broadcast, context.shape(input)));
    }
  }
  const gradients = ownOutputs(forward, request, cotangents, emit);
  const outputs = [
    ...Array.from(new Set(request.keep), (name) => ({ name, ...shapeOf(forward, name) })),
    ...Array.from(gradients, ([value, name]) => ({ name, ...shapeOf(forward, value) })),
  ];
  return { graph: prune({ ...builder.build(), outputs }), gradients };
}

interface CotangentTable {
  get(value: string): string | undefined;
  /** The cotangent of one of the values that has any. */
  latest(values: readonly string[]): string;
  add(value: string, cotangent: string): void;
}

function createCotangentTable(emit: Emitter): CotangentTable {
  const known = new Map<string, string>();
  return {
    get: (value) => known.get(value),
    latest: (values) => values.map((value) => known.get(value)).find((one) => one !== undefined) ?? '',
    add(value, cotangent) {
      const earlier = known.get(value);
      known.set(value, earlier === undefined ? cotangent : emit.add(earlier, cotangent));
    },
  };
}

/** Nodes that depend on a wanted value, not only through what has no gradient, and that the differentiated value depends on. */
function nodesBetween(graph: Graph, request: GradientRequest): readonly Node[] {
  const dependent = new Set(request.wrt);
  const after = graph.nodes.filter((node) => {
    const depends = ruleOf(node)?.kind !== 'none' && node.inputs.some((input) => dependent.has(input));
    if (depends) for (const output of present(node.outputs)) dependent.add(output);
    return depends;
  });
  const needed = new Set([request.of]);
  const before = after.toReversed().filter((node) => {
    const leads = node.outputs.some((output) => needed.has(output));
    if (leads) for (const input of present(node.inputs)) needed.add(input);
    return leads;
  });
  return before.toReversed();
}

/** Without the empty names of what is omitted. */
function present(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== '');
}

function ruleOf(node: Node): Rule | undefined {
  return node.domain === '' && Object.hasOwn(rules, node.op) ? rules[node.op] : undefined;
}

function ruleFor(forward: ShapedGraph, node: Node): SmoothRule {
  const rule = ruleOf(node);
  if (rule === undefined || rule.kind === 'none') return refuse(node, 'there is no gradient rule for it');
  const { type } = shapeOf(forward, node.outputs[0] ?? '');
  return type === 'float32' ? rule : refuse(node, `its result is ${type}, and only float32 has gradients`);
}

function requireTrainable(forward: ShapedGraph, { of, wrt, cotangent }: GradientRequest): void {
  const { graph, values } = forward;
  if (graph.opset < oldestOpset) {
    raise(
      'invalid-model',
      `The model uses operator set ${graph.opset} and cannot be trained. Export it with ${oldestOpset} or later.`,
    );
  }
  if (cotangent !== undefined && values.has(cotangent))
    throw new RangeError(`The graph ${graph.name} has a value ${cotangent} already`);
  for (const value of [of, ...wrt]) {
    const { type } = shapeOf(forward, value);
    if (type !== 'float32') throw new RangeError(`${value} is ${type}; only float32 values have gradients`);
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
  return emit.builder.constant(float32(dims, [1]));
}

interface Walk {
  readonly forward: ShapedGraph;
  readonly links: Links;
  readonly cotangents: CotangentTable;
  readonly emit: Emitter;
}

function ruleContext(node: Node, { forward, links, cotangents, emit }: Walk): RuleContext {
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
      const further = node.outputs.findIndex((output, index) => index > 0 && cotangents.get(output));
      return further === -1 ? cotangentOf(0) : refuse(node, `the loss depends on its output ${further}`);
    },
    soleReader(value) {
      const [use, ...others] = links.uses(value);
      if (use === undefined || others.length > 0) return undefined;
      const cotangent = cotangents.get(use.node.outputs[0] ?? '');
      return cotangent === undefined ? undefined : { node: use.node, cotangent };
    },
    shape: (value) => shapeOf(forward, value).dims,
    isExternal: (value) => {
      const initializer = forward.graph.initializers.get(value);
      return initializer !== undefined && 'external' in initializer;
    },
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

/** Cotangents may be shared, be an input or be missing; graph outputs are values of their own. */
function ownOutputs(
  forward: ShapedGraph,
  request: GradientRequest,
  cotangents: CotangentTable,
  emit: Emitter,
): ReadonlyMap<string, string> {
  const taken = new Set([cotangents.get(request.of)]);
  const gradients = new Map<string, string>();
  for (const value of new Set(request.wrt)) {
    const cotangent = cotangents.get(value) ?? emit.expand(emit.scalar(0), shapeOf(forward, value).dims);
    const own = taken.has(cotangent) ? emit.unary('Identity', cotangent) : cotangent;
    taken.add(own);
    gradients.set(value, own);
  }
  return gradients;
}
