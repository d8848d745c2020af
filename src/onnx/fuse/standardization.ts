import { float, int } from '../builder.ts';
import {
  floatAttribute,
  type Graph,
  type Initializer,
  intsAttribute,
  type Node,
  type Shaped,
  type ShapedGraph,
} from '../graph.ts';
import { type Links, linksOf } from '../links.ts';
import { float32 } from '../tensor.ts';
import { elementsOf, isFilled, numberOf } from './known.ts';

/** (x − mean)/√(variance + ε) over the last axes, from `axis` on. */
export interface Standardization {
  readonly x: string;
  readonly axis: number;
  readonly epsilon: number;
  /** Nodes whose results nothing else reads. */
  readonly parts: readonly Node[];
}

/** The first operator set that has LayerNormalization, and the last whose operators mean the same as there. */
export const layerNormOpset = 17;

/** The first whose operators mean the same as there. */
const oldest = 13;

/** Whether a graph computes the same where it is said to be of {@link layerNormOpset}. */
export function canHaveLayerNorm({ opset }: Graph): boolean {
  return opset >= oldest && opset <= layerNormOpset;
}

/**
 * The graph with a LayerNormalization that also gives 1/√(variance + ε) in the place of the operators that exporters write a
 * LayerNorm with, and of the InstanceNormalization, without scale or bias, that they write a GroupNorm with. Its scale is one: what an
 * exporter multiplies and adds stays behind it, so that its result is what the reverse needs (src/autodiff/rules/normalization.ts).
 * Graphs whose operators mean something else in that of LayerNormalization stay as they are.
 */
export function withStandardization(shaped: ShapedGraph): ShapedGraph {
  const { graph, values } = shaped;
  if (!canHaveLayerNorm(graph)) return shaped;
  const links = linksOf(graph);
  const found = new Map<Node, Standardization>();
  for (const node of graph.nodes) {
    const standardization = writtenOut(node, shaped, links) ?? ofGroups(node, shaped);
    if (standardization !== undefined) found.set(node, standardization);
  }
  if (found.size === 0) return shaped;
  const gone = new Set([...found.values()].flatMap(({ parts }) => parts));
  const known = new Map(values);
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => {
    const standardization = found.get(node);
    if (standardization === undefined) return gone.has(node) ? [] : [node];
    const { x, axis, epsilon } = standardization;
    const { dims } = values.get(x) as Shaped;
    const scale = onesOf(dims.slice(axis), initializers, known);
    const [y = ''] = node.outputs;
    const inverse = `${y}.inverse_deviation`;
    known.set(inverse, { type: 'float32', dims: dims.map((size, at) => (at < axis ? size : 1)) });
    return [
      {
        op: 'LayerNormalization',
        domain: '',
        name: node.name,
        inputs: [x, scale],
        outputs: [y, '', inverse],
        attributes: { axis: int(axis), epsilon: float(epsilon) },
      },
    ];
  });
  return { graph: { ...graph, opset: layerNormOpset, nodes, initializers }, values: known };
}

/** ReduceMean, Sub, Pow or Mul, ReduceMean, Add, Sqrt and, where this node is it, Div. */
export function writtenOut(
  div: Node,
  { graph, values }: ShapedGraph,
  links: Links,
): Standardization | undefined {
  if (div.op !== 'Div' || div.domain !== '') return undefined;
  const [sub, sqrt] = div.inputs.map((input) => links.producer(input));
  if (sub?.op !== 'Sub' || sqrt?.op !== 'Sqrt') return undefined;
  const [x = ''] = sub.inputs;
  const mean = links.producer(sub.inputs[1] ?? '');
  const add = links.producer(sqrt.inputs[0] ?? '');
  const [variance] = add?.inputs.flatMap((input) => links.producer(input) ?? []) ?? [];
  const square = links.producer(variance?.inputs[0] ?? '');
  const epsilon = add?.inputs.map((input) => numberOf(graph, input)).find((value) => value !== undefined);
  if (mean?.op !== 'ReduceMean' || add?.op !== 'Add' || variance?.op !== 'ReduceMean' || !square)
    return undefined;
  const dims = values.get(x)?.dims ?? [];
  const axis = firstAxis(mean, graph, dims.length);
  const parts = [mean, sub, square, variance, add, sqrt];
  const isOne =
    mean.inputs[0] === x &&
    isSquareOf(square, sub.outputs[0] ?? '', graph) &&
    axis !== undefined &&
    axis === firstAxis(variance, graph, dims.length) &&
    epsilon !== undefined &&
    epsilon > 0 &&
    parts.every((node) => isReadBy(node, [...parts, div], graph, links));
  return isOne ? { x, axis, epsilon, parts } : undefined;
}

/** An InstanceNormalization of [batch, groups, elements] by ones and zeros. */
function ofGroups(node: Node, { graph, values }: ShapedGraph): Standardization | undefined {
  if (node.op !== 'InstanceNormalization' || node.domain !== '') return undefined;
  const [x = '', scale = '', bias = ''] = node.inputs;
  const isPlain = isFilled(graph, scale, 1) && isFilled(graph, bias, 0) && values.get(x)?.dims.length === 3;
  return isPlain ? { x, axis: 2, epsilon: floatAttribute(node, 'epsilon', 1e-5), parts: [] } : undefined;
}

function isSquareOf({ op, inputs: [left, right] }: Node, value: string, graph: Graph): boolean {
  if (left !== value) return false;
  return op === 'Mul' ? right === value : op === 'Pow' && numberOf(graph, right ?? '') === 2;
}

/** The first of the axes that a mean is taken over, if these are the last ones and stay as axes of length 1. */
function firstAxis(node: Node, graph: Graph, rank: number): number | undefined {
  const listed = intsAttribute(node, 'axes') ?? elementsOf(graph, node.inputs[1] ?? '');
  const keeps = node.attributes.keepdims;
  if (listed === undefined || (keeps?.kind === 'int' && keeps.value === 0)) return undefined;
  const axes = listed.map((axis) => (axis + rank) % rank).toSorted((a, b) => a - b);
  return axes.every((axis, at) => axis === rank - axes.length + at) ? axes[0] : undefined;
}

function isReadBy(node: Node, readers: readonly Node[], graph: Graph, links: Links): boolean {
  return node.outputs.every(
    (output) =>
      links.uses(output).every((use) => readers.includes(use.node)) &&
      graph.outputs.every(({ name }) => name !== output),
  );
}

function onesOf(
  dims: readonly number[],
  initializers: Map<string, Initializer>,
  values: Map<string, Shaped>,
): string {
  const name = `ones[${dims}]`;
  if (!initializers.has(name)) {
    const tensor = float32(dims);
    tensor.data.fill(1);
    initializers.set(name, { name, tensor });
    values.set(name, { type: 'float32', dims });
  }
  return name;
}
