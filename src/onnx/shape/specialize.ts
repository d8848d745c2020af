import { raise } from '../../result.ts';
import type { Graph, Initializer, Node, Shaped, ShapedGraph, ValueInfo } from '../graph.ts';
import { prune } from '../prune.ts';
import type { Findings } from './walk.ts';
import { walk } from './walk.ts';

export interface SpecializeOptions {
  /** Largest number of elements of a value that takes part in folding; 1 Mi by default. */
  readonly foldLimit?: number;
}

type Dims = readonly number[];
type FixedValue = ValueInfo & Shaped;

/**
 * The same computation for inputs of fixed shapes: every value's element type and shape is known, whatever follows from
 * shapes and small constants alone is an initializer, and nodes that change nothing (Identity, an addition of zeros, a
 * reshape to the same shape) and unneeded nodes and weights are gone. External weights are never read.
 *
 * `inputDims` gives each graph input its shape; an input whose declared shape is fixed may be left out. Inputs that name
 * an initializer count as constants. Raises 'invalid-model' where an input's shape is missing or a node contradicts its
 * operator's definition, and 'unsupported-operator' where an
 * operator or mode that an output needs is unknown.
 */
export function specialize(
  graph: Graph,
  inputDims: Readonly<Record<string, Dims>>,
  options: SpecializeOptions = {},
): ShapedGraph {
  const inputs = fixInputs(graph, inputDims);
  const given = new Map(inputs.map(({ name, type, dims }) => [name, { type, dims }]));
  const findings = walk(prune(graph), given, options.foldLimit ?? 2 ** 20);
  const shapeOf = (name: string) => shapeIn(findings, name);
  const outputs = graph.outputs.map(({ name }) => ({ name, ...shapeOf(name) }));
  const { nodes } = prune({ ...graph, outputs, nodes: withOutputNames(findings, outputs) });
  const initializers = initializersFor(graph, findings, nodes, outputs);
  const computed = nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
  const names = [...inputs.map(({ name }) => name), ...initializers.keys(), ...computed];
  return {
    graph: { ...graph, inputs, outputs, nodes, initializers },
    values: new Map(names.map((name) => [name, shapeOf(name)])),
  };
}

function fixInputs(graph: Graph, inputDims: Readonly<Record<string, Dims>>): readonly FixedValue[] {
  const declared = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const unknown = Object.keys(inputDims).find((name) => !declared.some((input) => input.name === name));
  if (unknown !== undefined) {
    raise(
      'invalid-model',
      `The graph "${graph.name}" has no input "${unknown}" that a shape could be given to.`,
    );
  }
  return declared.map((input) => ({ ...input, dims: fixDims(input, inputDims[input.name]) }));
}

function fixDims({ name, dims }: ValueInfo, given: Dims | undefined): Dims {
  if (given === undefined) {
    const fixed = dims.every((dim) => typeof dim === 'number');
    return fixed
      ? dims
      : raise('invalid-model', `The input "${name}" has the open shape [${dims}]; give it a fixed one.`);
  }
  const fits =
    given.length === dims.length && dims.every((dim, axis) => typeof dim === 'string' || dim === given[axis]);
  return fits
    ? given
    : raise('invalid-model', `The input "${name}" has the shape [${dims}], which [${given}] does not fit.`);
}

function shapeIn({ values, aliases }: Findings, name: string): Shaped {
  const value = values.get(aliases.get(name) ?? name);
  if (value === undefined)
    return raise('invalid-model', `Nothing in the graph computes its output "${name}".`);
  return { type: value.type, dims: value.dims };
}

/** Nodes that compute every graph output under its own name, also where the node that named it was removed. */
function withOutputNames({ aliases, nodes }: Findings, outputs: readonly ValueInfo[]): readonly Node[] {
  const taken = new Set(outputs.map(({ name }) => name));
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const names = new Map<string, string>();
  const copies: Node[] = [];
  for (const { name } of outputs) {
    const source = aliases.get(name);
    if (source === undefined) continue;
    if (computed.has(source) && !taken.has(source)) names.set(source, name);
    else copies.push({ op: 'Identity', domain: '', name, inputs: [source], outputs: [name], attributes: {} });
    taken.add(source);
  }
  const rename = (name: string) => names.get(name) ?? name;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

function initializersFor(
  graph: Graph,
  { values }: Findings,
  nodes: readonly Node[],
  outputs: readonly ValueInfo[],
): ReadonlyMap<string, Initializer> {
  const initializers = new Map<string, Initializer>();
  for (const name of [...nodes.flatMap((node) => node.inputs), ...outputs.map((output) => output.name)]) {
    if (initializers.has(name)) continue;
    const tensor = values.get(name)?.tensor;
    const initializer = graph.initializers.get(name) ?? (tensor && { name, tensor: tensor() });
    if (initializer) initializers.set(name, initializer);
  }
  return initializers;
}
