import { float, int } from '../builder.ts';
import { intAttribute, intsAttribute, type Node, type ShapedGraph } from '../graph.ts';
import { type Links, linksOf } from '../links.ts';
import { prune } from '../prune.ts';
import { numberOf } from './known.ts';
import { soleReader } from './sole-reader.ts';

/** Where the runtime's own operators are from. */
export const runtimeDomain = 'com.microsoft';

/** One attention over all heads: softmax(s·q·kᵀ)·v. */
interface Attention {
  /** The node whose result is that of the attention, [batch, positions, features]. */
  readonly last: Node;
  /** Each [batch, positions, features], the heads' features beside each other. */
  readonly inputs: readonly [q: string, k: string, v: string];
  readonly heads: number;
  readonly scale: number;
}

/**
 * The graph with one MultiHeadAttention of the runtime's own in the place of the operators that exporters write an attention with,
 * wherever nothing else reads what lies in between. On a GPU it keeps no probabilities, which are as many as positions times positions
 * (Dao et al. 2022, FlashAttention). It has no rule by which it could be differentiated: for graphs that are only run.
 */
export function withAttention(shaped: ShapedGraph): ShapedGraph {
  const { graph, values } = shaped;
  const links = linksOf(graph);
  const found = new Map<Node, Attention>();
  for (const node of graph.nodes) {
    const attention = node.op === 'Softmax' ? attentionAround(node, shaped, links) : undefined;
    if (attention !== undefined) found.set(attention.last, attention);
  }
  const nodes = graph.nodes.map((node) => {
    const attention = found.get(node);
    if (attention === undefined) return node;
    const { inputs, heads, scale } = attention;
    const attributes = { num_heads: int(heads), scale: float(scale) };
    return { ...node, op: 'MultiHeadAttention', domain: runtimeDomain, inputs, attributes };
  });
  return { graph: prune({ ...graph, nodes }), values };
}

function attentionAround(softmax: Node, shaped: ShapedGraph, links: Links): Attention | undefined {
  const rank = shaped.values.get(softmax.outputs[0] ?? '')?.dims.length ?? 0;
  const axis = intAttribute(softmax, 'axis', -1);
  const product = soleReader(softmax.outputs[0] ?? '', shaped.graph, links);
  if (axis !== -1 && axis !== rank - 1) return undefined;
  if (product?.op !== 'MatMul' || product.inputs[0] !== softmax.outputs[0]) return undefined;
  const scores = scoresOf(softmax.inputs[0] ?? '', shaped, links);
  const v = headsOf(product.inputs[1] ?? '', shaped, links, [0, 2, 1, 3]);
  const last = joined(product, shaped, links);
  if (scores === undefined || v === undefined || last === undefined) return undefined;
  const { q, k, scale } = scores;
  const isOne = q.heads === k.heads && k.heads === v.heads;
  return isOne ? { last, inputs: [q.source, k.source, v.source], heads: q.heads, scale } : undefined;
}

/** s·q·kᵀ, the scale being before or behind the product. */
function scoresOf(value: string, shaped: ShapedGraph, links: Links) {
  const outer = scaled(value, shaped, links);
  const product = links.producer(outer.value);
  if (product?.op !== 'MatMul') return undefined;
  const [left, right] = product.inputs.map((input) => scaled(input, shaped, links));
  const q = left && headsOf(left.value, shaped, links, [0, 2, 1, 3]);
  const k = right && transposedHeads(right.value, shaped, links);
  if (!left || !right || !q || !k) return undefined;
  return { q, k, scale: outer.factor * left.factor * right.factor };
}

/** What a constant number scales, and that number; the value itself and 1 where there is none. */
function scaled(value: string, { graph }: ShapedGraph, links: Links): { value: string; factor: number } {
  const node = links.producer(value);
  if (node?.op !== 'Mul' && node?.op !== 'Div') return { value, factor: 1 };
  const numbers = node.inputs.map((input) => numberOf(graph, input));
  const at = numbers.findIndex((number) => number !== undefined);
  const number = numbers[at];
  if (number === undefined || (node.op === 'Div' && at === 0)) return { value, factor: 1 };
  return { value: node.inputs[1 - at] ?? '', factor: node.op === 'Mul' ? number : 1 / number };
}

interface Heads {
  readonly source: string;
  readonly heads: number;
}

/** [batch, positions, heads · features] that was cut into heads and permuted, the batch perhaps joined with the heads. */
function headsOf(
  value: string,
  { graph, values }: ShapedGraph,
  links: Links,
  permutation: readonly number[],
): Heads | undefined {
  const top = links.producer(value);
  const transpose = top?.op === 'Reshape' ? links.producer(top.inputs[0] ?? '') : top;
  if (transpose?.op !== 'Transpose' || `${intsAttribute(transpose, 'perm')}` !== `${permutation}`)
    return undefined;
  const cut = links.producer(transpose.inputs[0] ?? '');
  const [batch, positions, heads = 0, features = 0] = values.get(transpose.inputs[0] ?? '')?.dims ?? [];
  const source = cut?.inputs[0] ?? '';
  const whole = [batch, positions, heads * features];
  const last = values.get(transpose.outputs[0] ?? '')?.dims ?? [];
  const merged = [(last[0] ?? 0) * (last[1] ?? 0), last[2], last[3]];
  const isCut = cut?.op === 'Reshape' && `${values.get(source)?.dims}` === `${whole}`;
  const isMerged = top === transpose || `${values.get(value)?.dims}` === `${merged}`;
  return isCut && isMerged && !graph.initializers.has(source) ? { source, heads } : undefined;
}

/** The same with positions and features swapped, at once or afterwards. */
function transposedHeads(value: string, shaped: ShapedGraph, links: Links): Heads | undefined {
  const atOnce = headsOf(value, shaped, links, [0, 2, 3, 1]);
  if (atOnce !== undefined) return atOnce;
  const node = links.producer(value);
  const permutation = node?.op === 'Transpose' ? `${intsAttribute(node, 'perm')}` : '';
  const swaps = permutation === '0,2,1' || permutation === '0,1,3,2';
  return swaps ? headsOf(node?.inputs[0] ?? '', shaped, links, [0, 2, 1, 3]) : undefined;
}

/** The reshape that puts the heads of a product beside each other again. */
function joined(product: Node, { graph, values }: ShapedGraph, links: Links): Node | undefined {
  const next = soleReader(product.outputs[0] ?? '', graph, links);
  const transpose = next?.op === 'Reshape' ? soleReader(next.outputs[0] ?? '', graph, links) : next;
  if (transpose?.op !== 'Transpose' || `${intsAttribute(transpose, 'perm')}` !== '0,2,1,3') return undefined;
  const last = soleReader(transpose.outputs[0] ?? '', graph, links);
  const [batch, positions, heads = 0, features = 0] = values.get(transpose.outputs[0] ?? '')?.dims ?? [];
  const dims = values.get(last?.outputs[0] ?? '')?.dims;
  return last?.op === 'Reshape' && `${dims}` === `${[batch, positions, heads * features]}` ? last : undefined;
}
