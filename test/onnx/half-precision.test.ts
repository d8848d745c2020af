import { describe, expect, test } from 'vitest';
import { createGraphBuilder, type GraphBuilder, int, ints } from '../../src/onnx/builder.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { inHalfPrecision } from '../../src/onnx/half-precision.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';

const runtime = createRuntime({ threads: 1 });

function graphOf(build: (builder: GraphBuilder) => string, dims: readonly number[], out = dims): Graph {
  const builder = createGraphBuilder({ name: 'model', opset: 17 });
  builder.input('x', 'float32', dims);
  builder.output(build(builder), 'float32', out);
  return builder.build();
}

const half = (graph: Graph, narrow = ['x']) => inHalfPrecision(specialize(graph, {}), new Set(narrow));

/** The element type that each operator of a graph computes. */
function typesOf(graph: Graph): Record<string, string | undefined> {
  const { values } = specialize(graph, {});
  const entries = graph.nodes.map(({ op, outputs: [name = ''] }) => [op, values.get(name)?.type]);
  return Object.fromEntries(entries.filter(([op]) => op !== 'Cast'));
}

async function run(graph: Graph, x: Tensor): Promise<Float32Array> {
  const session = await runtime.open(graph);
  const results = await session.run({ x });
  await session.release();
  return results[graph.outputs[0]?.name ?? '']?.data as Float32Array;
}

const weight = float32(
  [8, 8],
  Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)),
);

describe('a graph in half precision', () => {
  test('takes and gives float32, and computes products and what follows from them in float16', () => {
    const graph = half(
      graphOf(
        (b) => {
          const product = b.op('MatMul', ['x', b.initializer({ name: 'weight', tensor: weight })]);
          return b.op('Softmax', [b.op('Mul', [product, b.scalar(2)])]);
        },
        [4, 8],
      ),
    );
    expect(graph.inputs).toMatchObject([{ name: 'x', type: 'float32' }]);
    expect(graph.outputs).toMatchObject([{ type: 'float32' }]);
    expect(typesOf(graph)).toEqual({ MatMul: 'float16', Mul: 'float16', Softmax: 'float16' });
    expect(graph.initializers.get('weight')).toMatchObject({ tensor: { type: 'float32' } });
  });

  test('computes what the graph computes, to three digits', async () => {
    const graph = graphOf(
      (b) => {
        const product = b.op('MatMul', ['x', b.initializer({ name: 'weight', tensor: weight })]);
        return b.op('Tanh', [b.op('Add', [product, 'x'])]);
      },
      [4, 8],
    );
    const x = float32(
      [4, 8],
      Float32Array.from({ length: 32 }, (_, i) => Math.cos(3 * i)),
    );
    const [exact, rounded] = [await run(graph, x), await run(half(graph), x)];
    exact.forEach((value, i) => {
      expect(Math.abs(value - (rounded[i] as number))).toBeLessThan(3e-3);
    });
    expect(rounded).not.toEqual(exact);
  });

  test('takes means of a thousand elements of a thousand, whose sum is too large', async () => {
    const graph = graphOf(
      (b) => {
        const doubled = b.op('Add', ['x', 'x']);
        return b.op('ReduceMean', [doubled], { axes: ints([1]), keepdims: int(1) });
      },
      [1, 1000],
      [1, 1],
    );
    expect(typesOf(half(graph))).toEqual({ Add: 'float16', ReduceMean: 'float16' });
    expect(await run(half(graph), float32([1, 1000], new Float32Array(1000).fill(1000)))).toEqual(
      Float32Array.of(2000),
    );
  });

  test('computes what a variance is made of in float32: the squares of a thousand are too large', async () => {
    const mean = (b: GraphBuilder, value: string) =>
      b.op('ReduceMean', [value], { axes: ints([1]), keepdims: int(1) });
    const graph = graphOf(
      (b) => {
        const doubled = b.op('Add', ['x', 'x']);
        const centred = b.op('Sub', [doubled, mean(b, doubled)]);
        return b.op('Sqrt', [mean(b, b.op('Pow', [centred, b.scalar(2)]))]);
      },
      [1, 4],
      [1, 1],
    );
    expect(typesOf(half(graph))).toEqual({
      Add: 'float16',
      ReduceMean: 'float32',
      Sub: 'float32',
      Pow: 'float32',
      Sqrt: 'float32',
    });
    const x = float32([1, 4], [500, -500, 500, -500]);
    expect(await run(half(graph), x)).toEqual(Float32Array.of(1000));
  });

  test('goes on in half precision from the inverse deviation that a normalization gives in float32', async () => {
    const graph = graphOf(
      (b) => {
        const [y = '', , inverse = ''] = b.multi(
          'LayerNormalization',
          ['x', b.constant(float32([4], [1, 1, 1, 1]))],
          3,
          {
            axis: int(1),
          },
        );
        return b.op('Mul', [y, inverse]);
      },
      [2, 4],
    );
    const converted = half(graph);
    expect(typesOf(converted)).toEqual({ LayerNormalization: 'float16', Mul: 'float16' });
    const x = float32([2, 4], [1, 2, 3, 4, -1, 5, 0, 2]);
    const [exact, rounded] = [await run(graph, x), await run(converted, x)];
    exact.forEach((value, i) => {
      expect(rounded[i]).toBeCloseTo(value, 2);
    });
  });

  const orderIn = (graph: Graph) =>
    half(graph)
      .nodes.map(({ op }) => op)
      .filter((op) => op !== 'Cast')
      .join();
  const scores = (b: GraphBuilder) => b.op('MatMul', ['x', b.op('Transpose', ['x'], { perm: ints([1, 0]) })]);

  test.each([
    ['times a number', (b: GraphBuilder) => b.op('Mul', [scores(b), b.scalar(1 / 16)])],
    ['a number times it', (b: GraphBuilder) => b.op('Mul', [b.scalar(1 / 16), scores(b)])],
    ['divided by a number', (b: GraphBuilder) => b.op('Div', [scores(b), b.scalar(16)])],
  ])('makes a product smaller before it is taken, which by itself may be too large: %s', async (_, build) => {
    const graph = graphOf(build, [2, 8], [2, 2]);
    expect(orderIn(graph)).toMatch(/^Transpose,(Mul|Div),MatMul$/);
    const x = float32([2, 8], new Float32Array(16).fill(150));
    expect(await run(graph, x)).toEqual(new Float32Array(4).fill(11_250));
    for (const value of await run(half(graph), x)) expect(value / 11_250).toBeCloseTo(1, 3);
  });

  test.each([
    [
      'of a weight',
      (b: GraphBuilder) =>
        b.op('Mul', [
          b.op('MatMul', ['x', b.initializer({ name: 'weight', tensor: weight })]),
          b.scalar(0.5),
        ]),
      'MatMul,Mul',
    ],
    ['made larger', (b: GraphBuilder) => b.op('Mul', [scores(b), b.scalar(2)]), 'Transpose,MatMul,Mul'],
    [
      'that divides a number',
      (b: GraphBuilder) => b.op('Div', [b.scalar(2), scores(b)]),
      'Transpose,MatMul,Div',
    ],
    [
      'that is used by itself too',
      (b: GraphBuilder) => {
        const product = scores(b);
        return b.op('Add', [b.op('Mul', [product, b.scalar(0.5)]), product]);
      },
      'Transpose,MatMul,Mul,Add',
    ],
  ])('leaves a product as it is %s', (_, build, order) => {
    expect(orderIn(graphOf(build, [8, 8]))).toBe(order);
  });

  test('keeps waves of large timesteps exact, which half precision would round to other angles', async () => {
    const graph = graphOf((b) => b.op('Sin', [b.op('Mul', ['x', b.scalar(1.001)])]), [1]);
    const [wave] = await run(half(graph, []), float32([1], [997]));
    expect(wave).toBeCloseTo(Math.sin(997 * 1.001), 3);
  });

  test('stays in float32 after a value that is there in float32 alone, until the next product', () => {
    const builder = createGraphBuilder({ name: 'loss', opset: 17 });
    builder.input('x', 'float32', [4, 8]);
    builder.input('target', 'float32', [4, 8]);
    const product = builder.op('MatMul', ['x', builder.initializer({ name: 'weight', tensor: weight })]);
    const error = builder.op('Sub', [product, 'target']);
    const square = builder.op('Mul', [error, error]);
    const back = builder.op('Gemm', [square, 'weight'], { transB: int(1) });
    builder.output(back, 'float32', [4, 8]);
    const types = typesOf(half(builder.build()));
    expect(types).toEqual({ MatMul: 'float16', Sub: 'float32', Mul: 'float32', Gemm: 'float16' });
  });
});
