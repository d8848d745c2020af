import { expect, test } from 'vitest';
import { createGraphBuilder, type GraphBuilder, ints } from '../../../src/onnx/builder.ts';
import { withLayerNorms } from '../../../src/onnx/fuse/layer-norm.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { relativeError } from '../../autodiff/differences.ts';

const runtime = createRuntime({ threads: 1 });
const x = float32([2, 3, 8], gaussianNoise(1, 0, 48));
const weight = (b: GraphBuilder, dims: readonly number[], stream: number): string =>
  b.constant(float32(dims, gaussianNoise(2, stream, 8)));

interface Written {
  readonly opset?: number;
  readonly dims?: readonly number[];
  /** What the graph gives besides. */
  readonly also?: 'normal' | 'scaled' | 'root';
  readonly moves?: boolean;
}

/** A LayerNorm over the last of three axes as exporters write it. */
function written({ opset = 17, dims = [8], also, moves = true }: Written): Graph {
  const b = createGraphBuilder({ name: 'model', opset });
  b.input('x', 'float32', x.dims);
  const mean = (of: string) => b.op('ReduceMean', [of], { axes: ints([-1]) });
  const difference = b.op('Sub', ['x', mean('x')]);
  const variance = mean(b.op('Pow', [difference, b.scalar(2)]));
  const root = b.op('Sqrt', [b.op('Add', [variance, b.scalar(1e-5)])]);
  const normal = b.op('Div', [difference, root]);
  const scaled = b.op('Mul', [normal, weight(b, dims, 0)]);
  b.output(moves ? b.op('Add', [scaled, weight(b, dims, 1)]) : b.op('Sigmoid', [scaled]), 'float32', x.dims);
  const inner = { normal, scaled, root };
  if (also !== undefined) b.output(inner[also], 'float32', also === 'root' ? [2, 3, 1] : x.dims);
  return b.build();
}

const made = (graph: Graph) => withLayerNorms(specialize(graph, {})).graph;
const answer = async (graph: Graph): Promise<readonly Tensor[]> => {
  const session = await runtime.open(graph);
  const results = await session.run({ x });
  await session.release();
  return graph.outputs.map(({ name }) => results[name] as Tensor);
};

test.each([13, 17])('one of operator set %s becomes one operator that answers as it did', async (opset) => {
  const graph = written({ opset });
  expect(made(graph).nodes.map(({ op }) => op)).toEqual(['LayerNormalization']);
  const [own] = await answer(graph);
  const [answered] = await answer(made(graph));
  expect(relativeError(answered!.data as Float32Array, own!.data as Float32Array)).toBeLessThan(1e-5);
});

test.each<readonly [string, Written]>([
  ['the model gives what is scaled', { also: 'normal' }],
  ['the model gives what is moved', { also: 'scaled' }],
  ['the model gives its deviation', { also: 'root' }],
  ['its weights are not one for each feature alone', { dims: [1, 1, 8] }],
  ['it has no bias', { moves: false }],
  ['operators of its set mean something else than in that of LayerNormalization', { opset: 12 }],
])('stays as it is where %s', (_, options) => {
  const shaped = specialize(written(options), {});
  expect(withLayerNorms(shaped).graph).toBe(shaped.graph);
});
