import { floatAttribute, type Graph, type Node, type ShapedGraph } from '../graph.ts';
import type { Links } from '../links.ts';
import { elementCount } from '../tensor.ts';
import { isFilled } from './known.ts';
import type { Replaceable } from './replaced.ts';
import { soleReader } from './sole-reader.ts';
import { weightedReader } from './weighted.ts';

/** A GroupNorm (Wu & He 2018), maybe with the SiLU behind it. */
export interface GroupNorm extends Replaceable {
  /** [batch, channels, height, width] */
  readonly x: string;
  readonly groups: number;
  readonly epsilon: number;
  /** Weights of as many elements as there are channels. */
  readonly scale: string;
  readonly bias: string;
  readonly silu: boolean;
}

/**
 * What an exporter writes around an InstanceNormalization of the groups: a reshape on either side, and a scale and a bias for every channel.
 * Undefined where the node is none of that.
 */
export function groupNormAround(node: Node, shaped: ShapedGraph, links: Links): GroupNorm | undefined {
  const { graph, values } = shaped;
  if (node.op !== 'InstanceNormalization' || node.domain !== '') return undefined;
  const [input = '', ones = '', zeros = ''] = node.inputs;
  const grouping = links.producer(input);
  const back = soleReader(node.outputs[0] ?? '', graph, links);
  if (grouping?.op !== 'Reshape' || back?.op !== 'Reshape') return undefined;
  const x = grouping.inputs[0] ?? '';
  const dims = values.get(x)?.dims ?? [];
  const [batch, channels = 0] = dims;
  const grouped = values.get(input)?.dims ?? [];
  const groups = grouped[1] ?? 0;
  const isPlain = isFilled(graph, ones, 1) && isFilled(graph, zeros, 0);
  const isGrouped = dims.length === 4 && grouped.length === 3 && grouped[0] === batch;
  const isBack = `${values.get(back.outputs[0] ?? '')?.dims}` === `${dims}`;
  if (!isPlain || !isGrouped || !isBack) return undefined;

  const isOfChannels = (size: readonly number[]) =>
    size.at(-3) === channels && elementCount(size) === channels;
  const scaled = weightedReader('Mul', back, shaped, links, isOfChannels);
  const moved = scaled && weightedReader('Add', scaled.node, shaped, links, isOfChannels);
  if (!scaled || !moved) return undefined;
  const silu = siluBehind(moved.node, graph, links);
  const inner = [grouping, node, back, scaled.node].filter(
    (part) => part !== grouping || soleReader(input, graph, links) === node,
  );
  return {
    x,
    groups,
    epsilon: floatAttribute(node, 'epsilon', 1e-5),
    scale: scaled.weight,
    bias: moved.weight,
    silu: silu !== undefined,
    last: silu?.product ?? moved.node,
    parts: silu ? [...inner, moved.node, silu.sigmoid] : inner,
  };
}

/** x · sigmoid(x) of a node's result, where nothing else reads it. */
function siluBehind({ outputs: [value = ''] }: Node, graph: Graph, links: Links) {
  const readers = links.uses(value).map(({ node }) => node);
  const sigmoid = readers.find(({ op }) => op === 'Sigmoid');
  const product = readers.find(({ op }) => op === 'Mul');
  const isOutput = graph.outputs.some(({ name }) => name === value);
  if (readers.length !== 2 || !sigmoid || !product || isOutput) return undefined;
  const reads = product.inputs.includes(sigmoid.outputs[0] ?? '');
  return reads && soleReader(sigmoid.outputs[0] ?? '', graph, links) === product
    ? { sigmoid, product }
    : undefined;
}
