import { describe, expect, it } from 'vitest';
import type { GraphBuilder } from '../../../src/onnx/builder.ts';
import { createGraphBuilder, int } from '../../../src/onnx/builder.ts';
import type { Attributes, Graph, ShapedGraph } from '../../../src/onnx/graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import type { Tensor } from '../../../src/onnx/tensor.ts';
import { float32, int64 } from '../../../src/onnx/tensor.ts';
import type { Problem } from '../../../src/result.ts';
import { ProblemError } from '../../../src/result.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

function graphOf(build: (builder: GraphBuilder) => void, opset = 17): Graph {
  const builder = createGraphBuilder({ name: 'sketch', opset });
  build(builder);
  return builder.build();
}

function problemOf(action: () => unknown): Problem | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

function constantIn({ graph }: ShapedGraph, name: string): Tensor {
  const initializer = graph.initializers.get(name);
  if (initializer === undefined || !('tensor' in initializer)) throw new Error(`${name} is no constant`);
  return initializer.tensor;
}

describe('inputs', () => {
  const graph = graphOf((g) => {
    const x = g.input('x', 'float32', ['batch', 3]);
    g.input('mask', 'bool', [3]);
    g.op('Relu', [x], {}, 'y');
    g.output('y', 'float32', ['batch', 3]);
  });

  it('take the shapes they are given, and keep their own where these are fixed', () => {
    const { graph: fixed, values } = specialize(graph, { x: [5, 3] });
    expect(fixed.inputs.map(({ dims }) => dims)).toEqual([[5, 3], [3]]);
    expect(fixed.outputs).toEqual([{ name: 'y', type: 'float32', dims: [5, 3] }]);
    expect(Object.fromEntries(values)).toEqual({
      x: { type: 'float32', dims: [5, 3] },
      mask: { type: 'bool', dims: [3] },
      y: { type: 'float32', dims: [5, 3] },
    });
  });

  it.each([
    ['is missing', {}, 'The input "x" has the open shape [batch,3]'],
    [
      'contradicts the declared one',
      { x: [5, 4] },
      'The input "x" has the shape [batch,3], which [5,4] does not fit',
    ],
    ['has another rank', { x: [5] }, 'The input "x" has the shape'],
    ['belongs to no input', { x: [5, 3], z: [1] }, 'has no input "z"'],
  ])('are refused where a shape %s', (_, dims, sentence) => {
    const problem = problemOf(() => specialize(graph, dims));
    expect(problem?.code).toBe('invalid-model');
    expect(problem?.message).toContain(sentence);
  });

  it('that name a weight are constants', () => {
    const legacy = graphOf((g) => {
      g.input('weight', 'float32', [2]);
      g.initializer({ name: 'weight', tensor: float32([2], [1, 2]) });
      g.op('Neg', ['weight'], {}, 'y');
      g.output('y', 'float32', [2]);
    });
    const shaped = specialize(legacy, {});
    expect(shaped.graph.inputs).toEqual([]);
    expect(constantIn(shaped, 'y').data).toEqual(Float32Array.of(-1, -2));
  });
});

describe('folding', () => {
  it('turns a causal mask made from shapes alone into a weight', () => {
    const shaped = specialize(
      graphOf((g) => {
        const ids = g.input('ids', 'int64', ['batch', 'length']);
        const length = g.op('Gather', [g.op('Shape', [ids]), g.constant(int64([], [1]))]);
        const range = g.op('Range', [g.constant(int64([], [0])), length, g.constant(int64([], [1]))]);
        const later = g.op('Greater', [
          g.op('Unsqueeze', [range, g.ints([0])]),
          g.op('Unsqueeze', [range, g.ints([1])]),
        ]);
        g.op('Where', [later, g.scalar(Number.NEGATIVE_INFINITY), g.scalar(0)], {}, 'mask');
        g.output('mask', 'float32', ['length', 'length']);
      }),
      { ids: [1, 3] },
    );
    expect(shaped.graph.nodes).toEqual([]);
    const out = Number.NEGATIVE_INFINITY;
    expect(constantIn(shaped, 'mask').data).toEqual(Float32Array.of(0, out, out, 0, 0, out, 0, 0, 0));
    expect([...shaped.graph.initializers.keys()]).toEqual(['mask']);
  });

  it('leaves values beyond the limit to be computed, yet knows what fills them', () => {
    const graph = graphOf((g) => {
      const x = g.input('x', 'float32', ['n', 8]);
      const zeros = g.op('ConstantOfShape', [g.op('Shape', [x])]);
      g.op('Add', [g.op('Exp', [x]), g.op('Mul', [zeros, g.scalar(2)])], {}, 'y');
      g.op('Cos', [zeros], {}, 'ones');
      g.output('y', 'float32', ['n', 8]);
      g.output('ones', 'float32', ['n', 8]);
    });
    const { graph: kept } = specialize(graph, { x: [100, 8] }, { foldLimit: 100 });
    expect(kept.nodes.map(({ op }) => op)).toEqual(['ConstantOfShape', 'Exp', 'Cos']);
    const shaped = specialize(graph, { x: [100, 8] });
    expect(shaped.graph.nodes.map(({ op }) => op)).toEqual(['Exp']);
    expect(constantIn(shaped, 'ones').data).toEqual(new Float32Array(800).fill(1));
  });

  it('never needs an external weight', () => {
    const shaped = specialize(
      graphOf((g) => {
        const external = { location: 'weights.bin', offset: 0, length: 24 };
        g.initializer({ name: 'weight', external, type: 'float32', dims: [2, 3] });
        g.op('Transpose', ['weight'], {}, 'turned');
        g.output('turned', 'float32', []);
      }),
      {},
    );
    expect(shaped.graph.nodes.length).toBe(1);
    expect(shaped.values.get('turned')).toEqual({ type: 'float32', dims: [3, 2] });
  });

  it('leaves an integer division by zero to the runtime', () => {
    const shaped = specialize(
      graphOf((g) => {
        g.op('Div', [g.ints([1, 2]), g.ints([0, 1])], {}, 'y');
        g.output('y', 'int64', [2]);
      }),
      {},
    );
    expect(shaped.graph.nodes.map(({ op }) => op)).toEqual(['Div']);
  });
});

describe('nodes that change nothing', () => {
  const one = float32([1], [1]);
  const changes: readonly (readonly [string, (g: GraphBuilder, x: string) => string])[] = [
    ['an Identity', (g, x) => g.op('Identity', [x])],
    ['a Dropout', (g, x) => g.op('Dropout', [x])],
    ['a Cast to the same type', (g, x) => g.op('Cast', [x], { to: int(1) })],
    ['an addition of zero', (g, x) => g.op('Add', [g.scalar(0), x])],
    ['a subtraction of zeros', (g, x) => g.op('Sub', [x, g.op('ConstantOfShape', [g.op('Shape', [x])])])],
    ['a multiplication with one', (g, x) => g.op('Mul', [x, g.constant(one)])],
    ['a division by one', (g, x) => g.op('Div', [x, g.scalar(1)])],
    ['a Reshape to the same shape', (g, x) => g.op('Reshape', [x, g.op('Shape', [x])])],
    ['an Expand to the same shape', (g, x) => g.op('Expand', [x, g.ints([2, 1])])],
  ];
  const reciprocal: readonly (readonly [string, (g: GraphBuilder, x: string) => string])[] = [
    ['a difference from zero', (g, x) => g.op('Sub', [g.scalar(0), x])],
    ['a quotient of one', (g, x) => g.op('Div', [g.scalar(1), x])],
    ['an addition of zeros that broadcasts', (g, x) => g.op('Add', [x, g.constant(float32([3, 1, 1]))])],
    ['a multiplication with two', (g, x) => g.op('Mul', [x, g.scalar(2)])],
    ['a Reshape to another shape', (g, x) => g.op('Reshape', [x, g.ints([3, 2])])],
  ];
  const nodesOf = (change: (g: GraphBuilder, x: string) => string) =>
    specialize(
      graphOf((g) => {
        const x = g.op('Exp', [g.input('x', 'float32', [2, 3])]);
        g.op('Neg', [change(g, x)], {}, 'y');
        g.output('y', 'float32', []);
      }),
      {},
    ).graph.nodes.map(({ op }) => op);

  it.each(changes)('go: %s', (_, change) => {
    expect(nodesOf(change)).toEqual(['Exp', 'Neg']);
  });

  it.each(reciprocal)('but not %s', (_, change) => {
    expect(nodesOf(change).length).toBe(3);
  });

  it('leave every output its name and its elements', async () => {
    const graph = graphOf((g) => {
      const x = g.input('x', 'float32', ['n']);
      const doubled = g.op('Mul', [x, g.scalar(2)], {}, 'doubled');
      g.op('Identity', [doubled], {}, 'first');
      g.op('Identity', [doubled], {}, 'second');
      g.op('Identity', [x], {}, 'echo');
      g.op('Identity', [g.scalar(4)], {}, 'four');
      g.op('Shape', [x], {}, 'shape');
      g.op('Neg', ['first'], {}, 'third');
      for (const name of ['first', 'second', 'third', 'echo', 'four', 'doubled'])
        g.output(name, 'float32', []);
      g.output('shape', 'int64', []);
    });
    const runtime = createRuntime({ threads: 1 });
    for (const kept of [graph.outputs, graph.outputs.filter(({ name }) => name !== 'doubled')]) {
      const shaped = specialize({ ...graph, outputs: kept }, { x: [2] });
      expect(shaped.graph.outputs.map(({ name }) => name)).toEqual(kept.map(({ name }) => name));
      expect(shaped.graph.outputs.every(({ name }) => shaped.values.has(name))).toBe(true);
      const results = await (await runtime.open(shaped.graph)).run({ x: float32([2], [1, -3]) });
      expect(
        Object.fromEntries(kept.map(({ name }) => [name, Array.from(results[name]?.data as Float32Array)])),
      ).toEqual(
        Object.fromEntries(
          Object.entries({
            first: [2, -6],
            second: [2, -6],
            third: [-2, 6],
            echo: [1, -3],
            four: [4],
            doubled: [2, -6],
            shape: [2n],
          }).filter(([name]) => kept.some((output) => output.name === name)),
        ),
      );
    }
  });
});

describe('what is unneeded', () => {
  it('goes: nodes that lead to no output, even unknown ones, and weights that no node reads', () => {
    const { graph } = specialize(
      graphOf((g) => {
        const x = g.input('x', 'float32', [2]);
        g.initializer({ name: 'spare', tensor: float32([1]) });
        g.op('Frobnicate', [g.op('Neg', [x])]);
        g.op('Relu', [x], {}, 'y');
        g.output('y', 'float32', [2]);
      }),
      {},
    );
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Relu']);
    expect([...graph.initializers.keys()]).toEqual([]);
  });
});

describe('refusals name the operator, the node and the reason', () => {
  const attributes = (values: Record<string, string | number>): Attributes =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'string' ? { kind: 'string', value } : { kind: 'int', value },
      ]),
    );
  const unsupported: readonly (readonly [string, Record<string, string | number>, number, string])[] = [
    ['Frobnicate', {}, 1, 'nothing here knows this operator'],
    ['RandomNormalLike', {}, 1, 'draws random numbers'],
    ['Attention', {}, 3, 'fused attention'],
    ['NonZero', {}, 1, 'depends on the data'],
    ['Einsum', { equation: 'i...->i' }, 1, 'has an ellipsis'],
    ['Reshape', {}, 2, 'its input 1 decides a shape and is not a small constant'],
    ['Resize', { coordinate_transformation_mode: 'tf_crop_and_resize' }, 1, 'tf_crop_and_resize'],
    ['Resize', { keep_aspect_ratio_policy: 'not_larger' }, 1, 'keep_aspect_ratio_policy "not_larger"'],
    ['Conv', { auto_pad: 'SAME' }, 2, 'auto_pad "SAME" is unknown'],
    ['BatchNormalization', { training_mode: 1 }, 5, 'only inference'],
    ['Dropout', {}, 3, 'only inference'],
    ['Cast', { to: 17 }, 1, 'element type 17'],
  ];
  const broken: readonly (readonly [string, Record<string, string | number>, readonly string[], string])[] = [
    ['Add', {}, ['x', 'wide'], 'do not broadcast'],
    ['Add', {}, ['x', 'ids'], 'mix the element types float32 and int64'],
    ['Add', {}, ['x', ''], 'its input 1 is missing'],
    ['MatMul', {}, ['x', 'wide'], 'float32 [2,2,2] cannot be multiplied with float32 [5,5]'],
    ['Concat', { axis: 3 }, ['x', 'x'], 'the axis 3 does not exist in a tensor of rank 3'],
    ['Concat', { axis: 0 }, ['x', 'wide'], 'cannot be joined'],
    ['Reshape', {}, ['x', 'shape'], '[2,2,2] cannot be reshaped to [3,-1]'],
    ['Cast', {}, ['x'], 'has no attribute "to"'],
    ['Conv', { group: 0 }, ['x', 'x'], '2 channels do not fit 0 groups of 2'],
    ['Expand', {}, ['x', 'shape'], 'do not broadcast'],
    ['ConstantOfShape', {}, ['shape'], 'would have the shape [3,-1]'],
    ['Gather', {}, ['shape', 'ids'], 'the index 7 is outside an axis of 2'],
    ['Neg', {}, ['ghost'], 'reads "ghost", which nothing before it computes'],
  ];

  const refusal = (op: string, values: Record<string, string | number>, inputs: readonly string[]) =>
    problemOf(() =>
      specialize(
        graphOf((g) => {
          g.input('x', 'float32', [2, 2, 2]);
          g.input('wide', 'float32', [5, 5]);
          g.initializer({ name: 'shape', tensor: int64([2], [3, -1]) });
          g.initializer({ name: 'ids', tensor: int64([1], [7]) });
          const node = {
            op,
            domain: '',
            name: 'the culprit',
            inputs,
            outputs: ['y'],
            attributes: attributes(values),
          };
          g.node(node);
          g.output('y', 'float32', []);
        }),
        {},
      ),
    );

  it.each(unsupported)('%s %o', (op, values, count, reason) => {
    const problem = refusal(
      op,
      values,
      Array.from({ length: count }, () => 'x'),
    );
    expect(problem?.code).toBe('unsupported-operator');
    for (const part of [op, 'the culprit', reason]) expect(problem?.message).toContain(part);
  });

  it.each(broken)('%s %o of %o', (op, values, inputs, reason) => {
    const problem = refusal(op, values, inputs);
    expect(problem?.code).toBe('invalid-model');
    for (const part of [op, 'the culprit', reason]) expect(problem?.message).toContain(part);
  });

  it('speak of operators of other domains under their full name', () => {
    const graph = graphOf((g) => {
      g.input('x', 'float32', [1]);
      g.node({
        op: 'Gadget',
        domain: 'org.example',
        name: '',
        inputs: ['x'],
        outputs: ['y'],
        attributes: {},
      });
      g.output('y', 'float32', []);
    });
    expect(problemOf(() => specialize(graph, {}))?.message).toContain('org.example.Gadget of node "y"');
  });
});
