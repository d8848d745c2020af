import { raise } from '../../result.ts';
import type { Graph, Initializer, Node, Shaped, ShapedGraph, ValueInfo } from '../graph.ts';
import { shapeOfInitializer } from '../graph.ts';
import { elementCount } from '../tensor.ts';
import type { Call, Operand } from './call.ts';
import { evaluate } from './evaluate/evaluators.ts';
import { infer } from './infer/rules.ts';

export interface SpecializeOptions {
  /** Largest number of elements of a value that takes part in folding. */
  readonly foldLimit?: number;
}

/** What one walk over the nodes finds out. */
interface Findings {
  readonly values: Map<string, Operand>;
  /** Results of removed Identity nodes, and what they stand for. */
  readonly aliases: Map<string, string>;
  readonly initializers: Map<string, Initializer>;
  readonly nodes: Node[];
}

/**
 * The same computation for inputs of fixed shapes: every value's element type and shape is known, whatever follows from
 * shapes and small constants alone is an initializer, and Identity, Constant and unneeded nodes and weights are gone.
 * External weights are never read.
 *
 * `inputDims` gives each graph input its shape; an input whose declared shape is fixed may be left out. Inputs that name
 * an initializer count as constants. Raises 'invalid-model' where an input's shape is missing or a node contradicts its
 * operator's definition, and 'unsupported-operator' where an operator or mode is unknown.
 */
export function specialize(
  graph: Graph,
  inputDims: Readonly<Record<string, readonly number[]>>,
  options: SpecializeOptions = {},
): ShapedGraph {
  const limit = options.foldLimit ?? 2 ** 20;
  const inputs = fixInputs(graph, inputDims);
  const findings = walk(graph, inputs, limit);
  const outputs = graph.outputs.map(({ name }) => ({
    name,
    ...shapeOf(findings.values, resolve(findings.aliases, name)),
  }));
  const nodes = live(withOutputNames(findings, outputs), outputs);
  const initializers = usedInitializers(findings.initializers, nodes, outputs);
  const names = [...inputs, ...outputs, ...initializers.values()].map(({ name }) => name);
  for (const node of nodes) names.push(...node.outputs.filter((name) => name !== ''));
  const values = new Map(
    names.map((name) => [name, shapeOf(findings.values, resolve(findings.aliases, name))]),
  );
  return { graph: { ...graph, inputs, outputs, nodes, initializers }, values };
}

function fixInputs(
  graph: Graph,
  inputDims: Readonly<Record<string, readonly number[]>>,
): (ValueInfo & Shaped)[] {
  const unknown = Object.keys(inputDims).find((name) => !graph.inputs.some((input) => input.name === name));
  if (unknown !== undefined)
    raise('invalid-model', `The graph "${graph.name}" has no input "${unknown}" to give a shape to.`);
  return graph.inputs
    .filter(({ name }) => !graph.initializers.has(name))
    .map((input) => ({ ...input, dims: fixDims(input, inputDims[input.name]) }));
}

function fixDims({ name, dims }: ValueInfo, given: readonly number[] | undefined): readonly number[] {
  if (given === undefined) {
    if (dims.every((dim) => typeof dim === 'number')) return dims;
    return raise('invalid-model', `The input "${name}" has the open shape [${dims}]; give it a fixed one.`);
  }
  if (
    given.length !== dims.length ||
    dims.some((dim, axis) => typeof dim === 'number' && dim !== given[axis])
  ) {
    return raise(
      'invalid-model',
      `The input "${name}" has the shape [${dims}], which [${given}] does not fit.`,
    );
  }
  return given;
}

function walk(graph: Graph, inputs: readonly (ValueInfo & Shaped)[], limit: number): Findings {
  const initializers = new Map(graph.initializers);
  const findings: Findings = { values: new Map(), aliases: new Map(), initializers, nodes: [] };
  for (const { name, type, dims } of inputs) findings.values.set(name, { type, dims });
  for (const initializer of graph.initializers.values()) {
    const shape = shapeOfInitializer(initializer);
    const small = 'tensor' in initializer && elementCount(shape.dims) <= limit;
    findings.values.set(initializer.name, small ? { ...shape, tensor: initializer.tensor } : shape);
  }
  for (const node of graph.nodes) visit(node, graph.opset, findings, limit);
  return findings;
}

function visit(original: Node, opset: number, findings: Findings, limit: number): void {
  const { values, aliases, initializers, nodes } = findings;
  const inputs = original.inputs.map((name) => resolve(aliases, name));
  const node = { ...original, inputs };
  const call: Call = {
    node,
    opset,
    inputs: inputs.map((name) => (name === '' ? undefined : known(values, name, node))),
  };
  const results = infer(call);
  const alias = standsFor(call, results);
  if (alias !== undefined) {
    aliases.set(node.outputs[0] as string, alias);
    return;
  }
  const folded = results.every(({ dims }) => elementCount(dims) <= limit)
    ? evaluate(call, results)
    : undefined;
  if (folded === undefined) nodes.push(node);
  node.outputs.forEach((name, index) => {
    const tensor = folded?.[index];
    const { type, dims } = results[index] as Shaped;
    if (name !== '') values.set(name, tensor ? { type, dims, tensor } : { type, dims });
    if (name !== '' && tensor) initializers.set(name, { name, tensor });
  });
}

function known(values: ReadonlyMap<string, Operand>, name: string, node: Node): Operand {
  return (
    values.get(name) ??
    raise(
      'invalid-model',
      `The node "${node.name}" (${node.op}) reads "${name}" before anything computes it.`,
    )
  );
}

function shapeOf(values: ReadonlyMap<string, Operand>, name: string): Shaped {
  const value =
    values.get(name) ?? raise('invalid-model', `Nothing in the graph computes its output "${name}".`);
  return { type: value.type, dims: value.dims };
}

/** The input that a node only hands on: an Identity, a Dropout at inference, a Cast to the type it already has. */
function standsFor({ node, inputs }: Call, [result]: readonly Shaped[]): string | undefined {
  const single = node.outputs.slice(1).every((name) => name === '');
  const handsOn =
    node.op === 'Identity' ||
    (node.op === 'Dropout' && single) ||
    (node.op === 'Cast' && inputs[0]?.type === result?.type);
  return handsOn ? node.inputs[0] : undefined;
}

function resolve(aliases: ReadonlyMap<string, string>, name: string): string {
  return aliases.get(name) ?? name;
}

/** Nodes that still produce every graph output under its own name, where Identity nodes that named it were removed. */
function withOutputNames({ aliases, nodes }: Findings, outputs: readonly ValueInfo[]): readonly Node[] {
  const own = new Set(outputs.map(({ name }) => name));
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: Node[] = [];
  for (const { name } of outputs) {
    const source = aliases.get(name);
    if (source === undefined) continue;
    if (produced.has(source) && !own.has(source) && !renamed.has(source)) renamed.set(source, name);
    else copies.push({ op: 'Identity', domain: '', name, inputs: [source], outputs: [name], attributes: {} });
  }
  if (renamed.size === 0 && copies.length === 0) return nodes;
  const rename = (name: string) => renamed.get(name) ?? name;
  const all = [...nodes, ...copies];
  return all.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }));
}

function live(nodes: readonly Node[], outputs: readonly ValueInfo[]): readonly Node[] {
  const needed = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    const alive = node.outputs.some((name) => needed.has(name));
    if (alive) for (const name of node.inputs) needed.add(name);
    return alive;
  });
  return kept.reverse();
}

function usedInitializers(
  initializers: ReadonlyMap<string, Initializer>,
  nodes: readonly Node[],
  outputs: readonly ValueInfo[],
): Map<string, Initializer> {
  const used = new Set([...nodes.flatMap((node) => node.inputs), ...outputs.map(({ name }) => name)]);
  return new Map([...initializers].filter(([name]) => used.has(name)));
}
