import { describe, expect, it } from 'vitest';
import { type GradientRequest, gradientGraph } from '../../src/autodiff/gradient-graph.ts';
import { createGraphBuilder, type GraphBuilder, int } from '../../src/onnx/builder.ts';
import type { ShapedGraph } from '../../src/onnx/graph.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { differencedGradients, emittedGradients, relativeError, smooth } from './differences.ts';

type Op = GraphBuilder['op'];

/** y of the inputs `x` [3, 3] and, where it is used, `z` [3]. */
function graphOf(y: (op: Op, builder: GraphBuilder) => string, rank = 2): ShapedGraph {
  const builder = createGraphBuilder({ name: 'graph', opset: 17 });
  builder.input('x', 'float32', [3, 3]);
  builder.input('z', 'float32', [3]);
  builder.output(
    builder.op('Identity', [y(builder.op, builder)], {}, 'y'),
    'float32',
    rank === 2 ? [3, 3] : [],
  );
  return specialize(builder.build(), {});
}

const feeds = { x: smooth([3, 3], 1), z: smooth([3], 2) };
const both = ['x', 'z'];

async function evaluate(
  forward: ShapedGraph,
  request: GradientRequest,
  cotangent: Tensor = smooth([3, 3], 99),
) {
  const emitted = gradientGraph(forward, request);
  const session = await createRuntime({ threads: 1 }).open(emitted.graph);
  const given = request.cotangent === undefined ? feeds : { ...feeds, [request.cotangent]: cotangent };
  const results = await session.run(given);
  await session.release();
  return {
    ...emitted,
    results,
    of: (value: string) => results[emitted.gradients.get(value) ?? '']?.data as Float32Array,
  };
}

/** softmax(x)·v over a batch of two, added up over it, the weights of as many pictures as are said. */
const attention = (pictures: number) => (op: Op, b: GraphBuilder) => {
  const batched = (value: string) => op('Reshape', [value, b.ints([1, 3, 3])]);
  const two = [batched('x'), batched(op('Mul', ['x', 'z']))];
  const [scores, v] = [two.slice(0, pictures), two.toReversed()].map((all) =>
    op('Concat', all, { axis: int(0) }),
  );
  const attended = op('MatMul', [op('Softmax', [scores as string]), v as string]);
  return op('ReduceSum', [attended, b.ints([0])], { keepdims: int(0) });
};

const paths: Readonly<Record<string, (op: Op, builder: GraphBuilder) => string>> = {
  'a value read by several nodes': (op) =>
    op('Mul', [op('Add', [op('Sin', ['x']), op('Exp', ['x'])]), op('Cos', ['x'])]),
  'a value in both places of a product': (op) => op('Mul', ['x', 'x']),
  'a value in both places of a matrix product': (op) => op('MatMul', ['x', 'x']),
  'a value in all three places of a Gemm': (op) => op('Gemm', ['x', 'x', 'x'], { transA: int(1) }),
  'a value joined to itself': (op) =>
    op('MatMul', [op('Concat', ['x', 'x'], { axis: int(1) }), op('Concat', ['x', 'x'], { axis: int(0) })]),
  'a value repeated in one place and not in another': (op) =>
    op('Add', [op('Mul', ['x', 'z']), op('MatMul', ['x', op('Add', ['x', 'z'])])]),
  'a comparison of the value beside it': (op, builder) =>
    op('Mul', [
      op('Cast', [op('Greater', ['x', builder.scalar(0.63)])], { to: int(1) }),
      op('Sin', [op('Mul', ['x', 'z'])]),
    ]),
  'a value of which only the shape is read': (op) =>
    op('Add', ['x', op('Expand', ['z', op('Shape', [op('Transpose', ['x'])])])]),
  'the weights of an attention': attention(2),
  'the weights of an attention that are one for all of a batch': attention(1),
  'values that bear the names of operators': (op, builder) => {
    const names = ['mul', 'add', 'constant', 'reducesum', 'identity', 'dLoss_1'];
    return names.reduce((value, name) => op('Mul', [value, 'z'], {}, builder.fresh(name)), 'x');
  },
};

describe('gradients are what finite differences say for', () => {
  it.each(Object.entries(paths))('%s', async (_, y) => {
    const question = { forward: graphOf(y), of: 'y', wrt: both, feeds };
    const [emitted, differenced] = [await emittedGradients(question), await differencedGradients(question)];
    for (const name of both) {
      const [ours, theirs] = [emitted[name], differenced[name]] as [Float32Array, Float32Array];
      expect(relativeError(ours, theirs), `${name}: ${ours} is not ${theirs}`).toBeLessThan(5e-4);
    }
  });
});

const withCotangent = { of: 'y', wrt: both, cotangent: 'dLoss' };
const loss = smooth([3, 3], 99).data;

describe('gradientGraph', () => {
  it('differentiates a scalar loss without a cotangent and returns what is kept with it', async () => {
    const forward = graphOf((op) => op('ReduceMean', [op('Mul', ['x', 'x'])], { keepdims: int(0) }), 0);
    const { results, of } = await evaluate(forward, { of: 'y', wrt: ['x'], keep: ['y', 'y'] });
    const mean = feeds.x.data.reduce((sum, value) => sum + value ** 2, 0) / 9;
    expect(results.y?.data[0]).toBeCloseTo(mean, 5);
    expect(
      relativeError(
        of('x'),
        feeds.x.data.map((value) => (2 * value) / 9),
      ),
    ).toBeLessThan(1e-6);
  });

  it('gives zeros for inputs that the loss does not depend on, or not smoothly', async () => {
    const step = (op: Op) => op('Cast', [op('Greater', ['x', op('Floor', ['z'])])], { to: int(1) });
    const forwards = [graphOf(step), graphOf((op) => op('Add', ['x', step(op)]))];
    for (const [index, forward] of forwards.entries()) {
      const { of } = await evaluate(forward, withCotangent);
      expect(of('x')).toEqual(index === 0 ? new Float32Array(9) : loss);
      expect(of('z')).toEqual(new Float32Array(3));
    }
  });

  it('gives every wanted value an output of its own, though cotangents are shared or are inputs', async () => {
    const forward = graphOf((op) =>
      op('Add', ['x', op('Add', [op('Neg', ['x']), op('Expand', ['z', op('Shape', ['x'])])], {}, 'inner')]),
    );
    const { graph, gradients, of } = await evaluate(forward, {
      ...withCotangent,
      wrt: ['x', 'inner', 'y', 'z'],
      keep: ['inner'],
    });
    const names = graph.outputs.map(({ name }) => name);
    expect(names).toEqual(['inner', ...gradients.values()]);
    expect(new Set([...names, ...graph.inputs.map(({ name }) => name)]).size).toBe(5 + 3);
    expect(of('inner')).toEqual(loss);
    expect(of('y')).toEqual(loss);
    expect(of('x')).toEqual(new Float32Array(9));
  });

  it('differentiates with respect to inner values, also where another wanted value is behind them', async () => {
    const forward = graphOf((op) => op('Mul', [op('Sin', ['x'], {}, 'inner'), 'inner']));
    const inner = feeds.x.data.map(Math.sin);
    const expected = inner.map((value, index) => 2 * value * (loss[index] as number));
    const alone = await evaluate(forward, { ...withCotangent, wrt: ['inner'] });
    expect(relativeError(alone.of('inner'), expected)).toBeLessThan(1e-6);
    const { of, results } = await evaluate(forward, {
      ...withCotangent,
      wrt: ['inner', 'x'],
      keep: ['inner'],
    });
    expect(relativeError(of('inner'), expected)).toBeLessThan(1e-6);
    expect(
      relativeError(
        of('x'),
        expected.map((value, i) => value * Math.cos(feeds.x.data[i] as number)),
      ),
    ).toBeLessThan(1e-5);
    expect(relativeError(results.inner?.data as Float32Array, inner)).toBeLessThan(1e-6);
  });

  it('returns inputs that are kept', async () => {
    const { results } = await evaluate(
      graphOf((op) => op('Mul', ['x', 'z'])),
      { ...withCotangent, keep: ['z', 'y'] },
    );
    expect(results.z?.data).toEqual(feeds.z.data);
  });

  it('differentiates with respect to weights and shares them with the forward graph', async () => {
    const weight = smooth([3, 3], 7);
    const forward = graphOf((op, builder) =>
      op('MatMul', ['x', builder.initializer({ name: 'weight', tensor: weight })]),
    );
    const { graph, of } = await evaluate(forward, { ...withCotangent, wrt: ['x', 'weight'] });
    expect(graph.initializers.get('weight')).toBe(forward.graph.initializers.get('weight'));
    const transposed = float32(
      [3, 3],
      feeds.x.data.map((_, i) => feeds.x.data[(i % 3) * 3 + Math.floor(i / 3)] as number),
    );
    const expected = transposed.data.map((_, i) =>
      [0, 1, 2].reduce(
        (sum, k) =>
          sum + (transposed.data[Math.floor(i / 3) * 3 + k] as number) * (loss[k * 3 + (i % 3)] as number),
        0,
      ),
    );
    expect(relativeError(of('weight'), expected)).toBeLessThan(1e-6);
  });

  it('keeps neither the forward outputs nor the nodes that no gradient needs', () => {
    const forward = graphOf((op) => op('Add', [op('Sin', ['x']), op('MatMul', ['x', 'x'], {}, 'unneeded')]));
    const { graph } = gradientGraph(forward, { of: 'y', wrt: ['unneeded'], cotangent: 'dLoss' });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Identity']);
    expect(graph.outputs).toHaveLength(1);
  });
});
