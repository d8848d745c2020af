import { describe, expect, test } from 'vitest';
import { gradientGraph } from '../../../src/autodiff/gradient-graph.ts';
import { createGraphBuilder, float, type GraphBuilder, int, ints } from '../../../src/onnx/builder.ts';
import { fused } from '../../../src/onnx/fuse/fuse.ts';
import { withStandardization } from '../../../src/onnx/fuse/standardization.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { relativeError } from '../../autodiff/differences.ts';

const runtime = createRuntime({ threads: 1 });
const dims = [2, 3, 8];
const x = float32(
  dims,
  gaussianNoise(1, 0, 48).map((value) => 3 * value + 1),
);

function graphOf(build: (b: GraphBuilder) => string, opset = 14): Graph {
  const b = createGraphBuilder({ name: 'normalization', opset });
  b.input('x', 'float32', dims);
  b.output(build(b), 'float32', dims);
  return b.build();
}

const mean = (b: GraphBuilder, value: string, axes: readonly number[], keepdims = 1) =>
  b.op('ReduceMean', [value], { axes: ints(axes), keepdims: int(keepdims) });

interface Written {
  readonly square?: (b: GraphBuilder, centred: string) => string;
  readonly axes?: readonly number[];
  readonly secondAxes?: readonly number[];
  readonly epsilon?: number;
  /** Whether the standard deviation is read by another node too. */
  readonly readTwice?: boolean;
}

const written =
  ({
    square = (b, c) => b.op('Pow', [c, b.scalar(2)]),
    axes = [-1],
    secondAxes = axes,
    epsilon = 1e-3,
    readTwice,
  }: Written) =>
  (b: GraphBuilder) => {
    const centred = b.op('Sub', ['x', mean(b, 'x', axes)]);
    const variance = mean(b, square(b, centred), secondAxes);
    const deviation = b.op('Sqrt', [b.op('Add', [variance, b.scalar(epsilon)])]);
    const normalized = b.op('Div', [centred, deviation]);
    return readTwice ? b.op('Mul', [normalized, deviation]) : normalized;
  };

const groups = (scale: readonly number[], bias: readonly number[]) => (b: GraphBuilder) =>
  b.op('InstanceNormalization', ['x', b.constant(float32([3], scale)), b.constant(float32([3], bias))], {
    epsilon: float(0.02),
  });

async function run(graph: Graph) {
  const session = await runtime.open(graph);
  const results = await session.run({ x });
  await session.release();
  return Object.values(results).map(({ data }) => data as Float32Array);
}

/** The value, and the gradient of the sum of its products with the input. */
async function answers(graph: Graph, fuse: boolean) {
  const b = createGraphBuilder({ name: 'loss', opset: graph.opset, from: { ...graph, outputs: [] } });
  const y = graph.outputs[0]?.name ?? '';
  const loss = b.op('ReduceSum', [b.op('Mul', [y, b.constant(float32(dims, gaussianNoise(2, 0, 48)))])], {
    keepdims: int(0),
  });
  b.output(loss, 'float32', []);
  const shaped = specialize(b.build(), {});
  const forward = fuse ? withStandardization(shaped) : shaped;
  const { graph: reverse } = gradientGraph(forward, { of: loss, wrt: ['x'], keep: [y] });
  return { nodes: reverse.nodes.length, results: await run(reverse) };
}

describe('a normalization as exporters write it', () => {
  test.each<[string, (b: GraphBuilder) => string, number]>([
    ['a LayerNorm', written({}), 14],
    ['a LayerNorm whose squares are products', written({ square: (b, c) => b.op('Mul', [c, c]) }), 17],
    ['over two axes', written({ axes: [1, 2] }), 14],
    ['a GroupNorm', groups([1, 1, 1], [0, 0, 0]), 14],
  ])('is one operator with the same value and gradient, in fewer nodes: %s', async (_, build, opset) => {
    const graph = graphOf(build, opset);
    const fused = withStandardization(specialize(graph, {})).graph;
    expect(fused.nodes.map(({ op }) => op)).toEqual(['LayerNormalization']);
    const [ours, theirs] = [await answers(graph, true), await answers(graph, false)];
    ours.results.forEach((values, i) => {
      expect(relativeError(values, theirs.results[i] as Float32Array)).toBeLessThan(2e-5);
    });
    expect(ours.nodes).toBeLessThan(theirs.nodes - 5);
  });

  test.each<[string, (b: GraphBuilder) => string, number]>([
    ['its deviation is read elsewhere', written({ readTwice: true }), 14],
    ['mean and variance are over different axes', written({ axes: [-1], secondAxes: [1] }), 14],
    ['it is over the first axis', written({ axes: [0] }), 14],
    ['nothing is added to the variance', written({ epsilon: 0 }), 14],
    ['it is of cubes', written({ square: (b, c) => b.op('Pow', [c, b.scalar(3)]) }), 14],
    ['groups are scaled', groups([1, 2, 1], [0, 0, 0]), 14],
    ['groups are shifted', groups([1, 1, 1], [0, 1, 0]), 14],
    ['its operator set is a later one', groups([1, 1, 1], [0, 0, 0]), 18],
    ['its operator set is one before 13, a GroupNorm', groups([1, 1, 1], [0, 0, 0]), 12],
    ['its operator set is one before 13, a LayerNorm', written({}), 11],
  ])('stays as it is where %s', (_, build, opset) => {
    const shaped = specialize(graphOf(build, opset), {});
    expect(withStandardization(shaped).graph).toEqual(shaped.graph);
  });
});

test.each([11, 12])('a graph of operator set %i is not differentiated for having a norm', (opset) => {
  const differentiated = (set: number) => {
    const graph = graphOf((b) => b.op('Softmax', [groups([1, 1, 1], [0, 0, 0])(b)], {}, 'y'), set);
    return gradientGraph(fused(specialize(graph, {})), { of: 'y', wrt: ['x'], cotangent: 'dLoss' }).graph;
  };
  expect(differentiated(13).nodes.map(({ op }) => op)).toContain('LayerNormalization');
  expect(() => differentiated(opset)).toThrow(`operator set ${opset} and cannot be trained`);
});
