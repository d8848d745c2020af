import { describe, expect, test } from 'vitest';
import { inputDims } from '../../../src/diffusion/training/trunk-gradient.ts';
import { createGraphBuilder, type GraphBuilder, int, ints } from '../../../src/onnx/builder.ts';
import { cutUnet } from '../../../src/onnx/cut/unet.ts';
import { withAttention } from '../../../src/onnx/fuse/attention.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { decodeModel } from '../../../src/onnx/proto.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { elementCount, float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { relativeError } from '../../autodiff/differences.ts';
import { fixture } from '../files.ts';

const runtime = createRuntime({ threads: 1 });
const noise = (dims: readonly number[], stream: number) =>
  float32(dims, gaussianNoise(1, stream, elementCount(dims)));

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<Float32Array> {
  const session = await runtime.open(graph);
  const results = await session.run(feeds);
  await session.release();
  return results[graph.outputs[0]?.name ?? '']?.data as Float32Array;
}

const count = (graph: Graph, op: string) => graph.nodes.filter((node) => node.op === op).length;

describe.each([
  ['tiny-sd', [4, 16, 16]],
  ['tiny-sd21', [4, 24, 24]],
] as const)('the U-Net of %s', (name, latents) => {
  const cut = cutUnet(decodeModel(fixture(`${name}/unet/model.onnx`)));
  const shaped = specialize(cut.trunk, inputDims(cut, { batch: 2, tokens: 12, latents }));

  test('has one operator for each of its attentions, and answers as it did', async () => {
    const { graph } = withAttention(shaped);
    expect(count(graph, 'MultiHeadAttention')).toBe(count(shaped.graph, 'Softmax'));
    expect(count(graph, 'Softmax')).toBe(0);
    const again = specialize(graph, {}).values;
    for (const [value, found] of again) expect(found, value).toEqual(shaped.values.get(value));
    const feeds = Object.fromEntries(
      shaped.graph.inputs.map(({ name, type, dims }, stream) => [
        name,
        type === 'float32'
          ? noise(dims as number[], stream)
          : {
              type,
              dims: dims as number[],
              data: BigInt64Array.from({ length: Number(dims[0] ?? 1) }, () => 400n),
            },
      ]),
    ) as Record<string, Tensor>;
    const [ours, theirs] = [await run(graph, feeds), await run(shaped.graph, feeds)];
    expect(relativeError(ours, theirs)).toBeLessThan(1e-5);
  });
});

describe('an attention written out', () => {
  const [batch, positions, tokens, heads, features] = [2, 5, 3, 4, 8];
  const width = heads * features;

  interface Written {
    readonly perm?: readonly number[];
    readonly scaled?: (b: GraphBuilder, scores: string) => string;
    readonly probabilities?: boolean;
    readonly axis?: number;
    readonly ownHeads?: number;
  }

  /** Heads and batch stay apart. */
  function graphOf({
    perm = [0, 2, 3, 1],
    scaled,
    probabilities,
    axis = -1,
    ownHeads = heads,
  }: Written): Graph {
    const b = createGraphBuilder({ name: 'attention', opset: 17 });
    const split = (name: string, length: number, order: readonly number[], by = heads) =>
      b.op('Transpose', [b.op('Reshape', [name, b.ints([batch, length, by, width / by])])], {
        perm: ints(order),
      });
    const q = split(b.input('q', 'float32', [batch, positions, width]), positions, [0, 2, 1, 3]);
    const k = split(b.input('k', 'float32', [batch, tokens, width]), tokens, perm);
    const v = split(b.input('v', 'float32', [batch, tokens, width]), tokens, [0, 2, 1, 3], ownHeads);
    const scores = b.op('MatMul', [q, k]);
    const weights = b.op('Softmax', [scaled ? scaled(b, scores) : scores], { axis: int(axis) });
    const joined = b.op('Transpose', [b.op('MatMul', [weights, v])], { perm: ints([0, 2, 1, 3]) });
    b.output(b.op('Reshape', [joined, b.ints([batch, positions, width])]), 'float32', [
      batch,
      positions,
      width,
    ]);
    if (probabilities) b.output(weights, 'float32', [batch, heads, positions, tokens]);
    return b.build();
  }

  const feeds = {
    q: noise([batch, positions, width], 0),
    k: noise([batch, tokens, width], 1),
    v: noise([batch, tokens, width], 2),
  };

  test.each([
    ['unscaled', {}],
    ['scaled behind the product', { scaled: (b, scores) => b.op('Mul', [b.scalar(0.3), scores]) }],
    ['divided behind the product', { scaled: (b, scores) => b.op('Div', [scores, b.scalar(4)]) }],
  ] satisfies [string, Written][])('is one operator with the same result: %s', async (_, written) => {
    const graph = graphOf(written);
    const fused = withAttention(specialize(graph, {})).graph;
    expect(fused.nodes.map(({ op }) => op)).toEqual(['MultiHeadAttention']);
    expect(relativeError(await run(fused, feeds), await run(graph, feeds))).toBeLessThan(1e-5);
  });

  test.each([
    ['the probabilities are read elsewhere', { probabilities: true }],
    [
      'a mask is added',
      { scaled: (b, scores) => b.op('Add', [scores, b.constant(noise([positions, tokens], 3))]) },
    ],
    ['a number is divided by the product', { scaled: (b, scores) => b.op('Div', [b.scalar(2), scores]) }],
    ['the weights sum to one along another axis', { axis: 2 }],
  ] satisfies [string, Written][])('stays as it is where %s', (_, written) => {
    const shaped = specialize(graphOf(written), {});
    expect(withAttention(shaped).graph.nodes).toEqual(shaped.graph.nodes);
  });
});
