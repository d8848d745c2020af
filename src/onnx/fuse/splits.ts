import { int } from '../builder.ts';
import { type Graph, type Node, type Shaped, type ShapedGraph, shapeOfInitializer } from '../graph.ts';
import { int64 } from '../tensor.ts';
import { elementsOf } from './known.ts';

/** From this operator set on a Split is told the sizes of its parts as an input. */
const oldest = 13;

/** One Slice along one axis. */
interface Piece {
  readonly node: Node;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The graph with one Split in the place of slices that cut a value into all of its parts, as exporters write `chunk`. The reverse of
 * each slice pads with zeros, and that of a Split is one concatenation. Graphs of operator sets before 13 stay as they are.
 */
export function withSplits({ graph, values }: ShapedGraph): ShapedGraph {
  if (graph.opset < oldest) return { graph, values };
  const pieces = graph.nodes.flatMap((node) => pieceOf(node, graph, values) ?? []);
  const cut = [...Map.groupBy(pieces, ({ node, axis }) => `${axis} ${node.inputs[0]}`).values()]
    .map((parts) => parts.toSorted((a, b) => a.start - b.start))
    .filter((parts) => isWhole(parts, values));
  if (cut.length === 0) return { graph, values };
  const known = new Map(values);
  const initializers = new Map(graph.initializers);
  const splits = new Map<Node, Node>();
  const others = new Set<Node>();
  for (const parts of cut) {
    const [first] = parts as [Piece];
    const sizes = `${first.node.outputs[0]}.sizes`;
    const tensor = int64(
      [parts.length],
      parts.map(({ start, end }) => end - start),
    );
    initializers.set(sizes, { name: sizes, tensor });
    known.set(sizes, shapeOfInitializer({ name: sizes, tensor }));
    const nodes = parts.map(({ node }) => node);
    const earliest = graph.nodes.find((node) => nodes.includes(node)) as Node;
    for (const node of nodes) others.add(node);
    splits.set(earliest, {
      op: 'Split',
      domain: '',
      name: earliest.name,
      inputs: [first.node.inputs[0] as string, sizes],
      outputs: nodes.map(({ outputs }) => outputs[0] as string),
      attributes: { axis: int(first.axis) },
    });
  }
  const nodes = graph.nodes.flatMap((node) => splits.get(node) ?? (others.has(node) ? [] : [node]));
  return { graph: { ...graph, nodes, initializers }, values: known };
}

/** A Slice along one axis without gaps; undefined for any other node. */
function pieceOf(node: Node, graph: Graph, values: ShapedGraph['values']): Piece | undefined {
  if (node.op !== 'Slice' || node.domain !== '') return undefined;
  const [data = '', ...rest] = node.inputs;
  const [starts, ends, axes, steps] = rest.map((name) => elementsOf(graph, name));
  const isOne = starts?.length === 1 && ends?.length === 1 && axes?.length === 1;
  if (!isOne || (rest[3] !== undefined && steps?.[0] !== 1)) return undefined;
  const { dims } = values.get(data) as Shaped;
  const axis = ((axes[0] as number) + dims.length) % dims.length;
  const size = dims[axis] as number;
  const place = (at: number) => Math.max(0, Math.min(size, at < 0 ? at + size : at));
  return { node, axis, start: place(starts[0] as number), end: place(ends[0] as number) };
}

/** Whether sorted pieces lie one behind the other and cover their axis. */
function isWhole(parts: readonly Piece[], values: ShapedGraph['values']): boolean {
  const [first] = parts;
  const size = values.get(first?.node.inputs[0] ?? '')?.dims[first?.axis ?? 0];
  let end = 0;
  for (const part of parts) {
    if (part.start !== end || part.end <= end) return false;
    ({ end } = part);
  }
  return parts.length > 1 && end === size;
}
