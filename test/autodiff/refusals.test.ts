import { describe, expect, it } from 'vitest';
import { gradientGraph } from '../../src/autodiff/gradient-graph.ts';
import { createGraphBuilder, int } from '../../src/onnx/builder.ts';
import type { Shaped } from '../../src/onnx/graph.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import type { ElementType } from '../../src/onnx/tensor.ts';
import { attempt } from '../../src/result.ts';
import { fixed, fixedScalar, graphOf, tensor, title } from '../onnx/shape/compare.ts';
import { a, b, c, type GradientCase, unsimplified, weight } from './case.ts';

interface Refusal extends GradientCase {
  /** What the node gives, where that is not float32 of the first input's shape. */
  readonly output?: readonly number[];
  /** Inputs whose gradients are wanted; the first by default. */
  readonly wrt?: readonly number[];
  readonly because: RegExp;
}

const nearest = { mode: 'nearest' };
const scales = (...values: number[]) => weight(tensor('float32', [values.length], values));
const noRule = /there is no gradient rule/;

const refusals: readonly Refusal[] = [
  { op: 'CumSum', inputs: [a(3), fixedScalar(0)], because: noRule },
  { op: 'toString', says: 'no operator at all', inputs: [a(3)], because: noRule },
  { op: 'QuickGelu', domain: 'com.microsoft', inputs: [a(3)], because: noRule },
  { op: 'MatMul', domain: 'com.example', inputs: [a(3, 3), b(3, 3)], because: noRule },
  { op: 'Shape', domain: 'com.example', inputs: [a(3)], because: noRule },
  { op: 'Cast', inputs: [a(3)], attributes: { to: 7 }, types: ['int64'], because: /its result is int64/ },
  {
    op: 'Cast',
    inputs: [a(3)],
    attributes: { to: 10 },
    types: ['float16'],
    because: /its result is float16/,
  },
  {
    op: 'Cast',
    inputs: [a(3)],
    attributes: { to: 11 },
    types: ['float64'],
    because: /its result is float64/,
  },
  {
    op: 'Mul',
    inputs: [tensor('float16', [3]), tensor('float16', [3])],
    types: ['float16'],
    because: /float16/,
  },
  {
    op: 'Mul',
    inputs: [tensor('float64', [3]), tensor('float64', [3])],
    types: ['float64'],
    because: /float64/,
  },
  { op: 'Pow', inputs: [a(3), b(3)], because: /its exponent is not known/ },
  { op: 'Pow', inputs: [weight(a(3)), b(3)], wrt: [1], because: /its exponent is not known/ },
  { op: 'Pow', inputs: [a(3), fixed(1, 2, 3)], because: /only a scalar exponent/ },
  { op: 'MatMul', inputs: [a(2, 3), b(3)], output: [2], because: /a product with a vector/ },
  { op: 'MatMul', inputs: [a(3), b(3, 2)], output: [2], wrt: [1], because: /a product with a vector/ },
  {
    op: 'Slice',
    inputs: [a(5), fixed(0), fixed(5), fixed(0), fixed(2)],
    output: [3],
    because: /steps \[2\]/,
  },
  { op: 'Slice', inputs: [a(5), fixed(4), fixed(-9), fixed(0), fixed(-1)], because: /steps \[-1\]/ },
  { op: 'Slice', inputs: [a(5), tensor('int64', [1], [0]), fixed(5)], because: /its input 1 is not known/ },
  {
    op: 'ReduceSum',
    inputs: [a(5), tensor('int64', [1], [0])],
    output: [1],
    because: /its input 1 is not known/,
  },
  { op: 'Gather', inputs: [a(70_000, 1), fixed(3)], output: [1, 1], because: /70000 rows is too large/ },
  {
    op: 'ScatterND',
    inputs: [a(3), tensor('int64', [1, 1], [0]), b(1)],
    attributes: { reduction: 'add' },
    opset: 16,
    because: /it joins what it writes/,
  },
  {
    op: 'Conv',
    inputs: [a(1, 1, 4, 4), b(1, 1, 3, 3)],
    attributes: { auto_pad: 'SAME_UPPER' },
    because: /automatic padding/,
  },
  {
    op: 'Conv',
    says: 'a shape that its pads do not give',
    inputs: [a(1, 1, 4, 4), b(1, 1, 3, 3)],
    because: /attributes give 2 along axis 2/,
  },
  {
    op: 'Conv',
    inputs: [a(1, 2, 4, 4), b(2, 1, 1, 1)],
    attributes: { group: 2 },
    wrt: [1],
    because: /in 2 groups/,
  },
  { op: 'Conv', inputs: [a(1, 1, 4), b(1, 1, 1)], wrt: [1], because: /two-dimensional/ },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 2), null, scales(1, 1, 2, 2)],
    attributes: { mode: 'linear' },
    output: [1, 1, 4, 4],
    because: /mode linear/,
  },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 2), null, scales(1, 1, 2, 2)],
    attributes: { mode: 'cubic' },
    output: [1, 1, 4, 4],
    because: /mode cubic/,
  },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 2), null, scales(1, 1, 1.5, 2)],
    attributes: nearest,
    output: [1, 1, 3, 4],
    because: /\[1,1,2,2\] to \[1,1,3,4\]/,
  },
  {
    op: 'Resize',
    inputs: [a(1, 1, 4, 4), null, scales(1, 1, 0.5, 0.5)],
    attributes: nearest,
    output: [1, 1, 2, 2],
    because: /only by whole factors/,
  },
  {
    op: 'Resize',
    says: 'a whole factor by rounding',
    inputs: [a(1, 1, 2, 2), null, scales(1, 1, 2.4, 2)],
    attributes: nearest,
    output: [1, 1, 4, 4],
    because: /scales \[1,1,2.4/,
  },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 2), null, scales(1, 1, 2, 2)],
    attributes: { nearest_mode: 'floor' },
    output: [1, 1, 4, 4],
    because: /half_pixel coordinates and floor rounding/,
  },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 2), null, scales(1, 1, 2, 2)],
    attributes: { coordinate_transformation_mode: 'align_corners' },
    output: [1, 1, 4, 4],
    because: /align_corners/,
  },
  {
    op: 'Resize',
    says: 'the scales wanted',
    inputs: [a(1, 1, 2, 2), null, tensor('float32', [4], [1, 1, 2, 2])],
    output: [1, 1, 4, 4],
    wrt: [2],
    because: /no gradient of its input 2/,
  },
  {
    op: 'GroupNormalization',
    inputs: [a(1, 4, 2), b(2), c(2)],
    attributes: { num_groups: 2 },
    opset: 18,
    because: /a scale for each group \(opset 18\)/,
  },
  { op: 'GroupNormalization', inputs: [a(1, 4, 2), b(4), c(4)], opset: 21, because: /do not form 0 groups/ },
];

function differentiate(call: Refusal) {
  const outputs = (call.types ?? ['float32']).map((type: ElementType, index): [string, Shaped] => [
    `output${index}`,
    { type, dims: call.output ?? call.inputs[0]?.dims ?? [] },
  ]);
  const forward = unsimplified(graphOf({ types: ['float32'], ...call }, false), new Map(outputs));
  const wrt = (call.wrt ?? [0]).map((index) => `input${index}`);
  return attempt(() => gradientGraph(forward, { of: 'output0', wrt, cotangent: 'dLoss' }));
}

describe('a gradient that would be wrong is refused, naming operator, node and reason', () => {
  it.each(refusals.map((call) => [title(call), call] as const))('%s', async (_, call) => {
    const result = await differentiate(call);
    if (result.ok) throw new Error('It was differentiated');
    const operator = call.domain === undefined ? call.op : `${call.domain}.${call.op}`;
    expect(result.problem.code).toBe('unsupported-operator');
    expect(result.problem.message).toContain(`operator ${operator} of the node "the ${call.op}"`);
    expect(result.problem.message).toMatch(call.because);
  });
});

describe('a node without a rule', () => {
  const graphWith = (middle: (x: string, op: ReturnType<typeof createGraphBuilder>['op']) => string) => {
    const builder = createGraphBuilder({ name: 'graph', opset: 17 });
    const x = builder.input('x', 'float32', [3]);
    builder.output(builder.op('Mul', [x, middle(x, builder.op)], {}, 'y'), 'float32', [3]);
    return specialize(builder.build(), {});
  };
  const sums = (x: string, op: ReturnType<typeof createGraphBuilder>['op'], axis: string) =>
    op('CumSum', [x, axis]);
  const request = { of: 'y', wrt: ['x'], cotangent: 'dLoss' };

  it('is refused though every gradient that would reach it is zero', () => {
    const builder = createGraphBuilder({ name: 'graph', opset: 17 });
    const x = builder.input('x', 'float32', [3]);
    const summed = sums(x, builder.op, builder.constant(tensor('int64', [], [0])));
    builder.output(builder.op('Mul', [summed, builder.scalar(0)], {}, 'y'), 'float32', [3]);
    expect(() => gradientGraph(specialize(builder.build(), {}), request)).toThrow(
      /The operator CumSum of the node "cumsum"/,
    );
  });

  it('is no matter behind a comparison, where nothing smooth leads', () => {
    const forward = graphWith((x, op) =>
      op('Cast', [op('Greater', [op('Softsign', [x]), x])], { to: int(1) }),
    );
    expect(gradientGraph(forward, request).gradients.has('x')).toBe(true);
  });

  it('is no matter beside the way', () => {
    const builder = createGraphBuilder({ name: 'graph', opset: 17 });
    const [x, z] = [builder.input('x', 'float32', [3]), builder.input('z', 'float32', [3])];
    builder.output(builder.op('Mul', [x, builder.op('Softsign', [z])], {}, 'y'), 'float32', [3]);
    builder.output(builder.op('Softsign', [x], {}, 'other'), 'float32', [3]);
    expect(gradientGraph(specialize(builder.build(), {}), request).gradients.has('x')).toBe(true);
  });

  it('is no matter beside the way, though an output is left out there and an input here', () => {
    const builder = createGraphBuilder({ name: 'graph', opset: 17 });
    const [x, z] = [builder.input('x', 'float32', [3]), builder.input('z', 'float32', [3])];
    const inputs = [x, builder.constant(a(3))];
    const outputs = ['normalized', ''];
    builder.node({ op: 'LayerNormalization', domain: '', name: 'norm', inputs, outputs, attributes: {} });
    const clipped = builder.op('Clip', [z, '', builder.scalar(1)]);
    builder.output(builder.op('Mul', ['normalized', clipped], {}, 'y'), 'float32', [3]);
    expect(gradientGraph(specialize(builder.build(), {}), request).gradients.has('x')).toBe(true);
  });
});

describe('further outputs of a node', () => {
  const statistics = (
    use: (op: ReturnType<typeof createGraphBuilder>['op'], y: string, mean: string) => string,
  ) => {
    const builder = createGraphBuilder({ name: 'graph', opset: 17 });
    const x = builder.input('x', 'float32', [2, 3]);
    const scale = builder.constant(a(3));
    const [y = '', mean = ''] = builder.multi('LayerNormalization', [x, scale], 2);
    builder.output(builder.op('Identity', [use(builder.op, y, mean)], {}, 'z'), 'float32', []);
    return () => gradientGraph(specialize(builder.build(), {}), { of: 'z', wrt: ['x'], cotangent: 'dLoss' });
  };

  it('are refused where the loss depends on them alone', () => {
    expect(statistics((_, __, mean) => mean)).toThrow(/the loss depends on its output 1/);
  });

  it('are refused where the loss depends on the first output, too', () => {
    expect(statistics((op, y, mean) => op('Add', [y, mean]))).toThrow(/the loss depends on its output 1/);
  });

  it('are no matter where the loss does not depend on them', () => {
    expect(statistics((_, y) => y)().gradients.size).toBe(1);
  });
});

describe('gradientGraph', () => {
  const builder = createGraphBuilder({ name: 'graph', opset: 12 });
  builder.input('x', 'float32', [3]);
  builder.input('n', 'int64', [1]);
  builder.output(builder.op('Reshape', ['x', 'n'], {}, 'y'), 'float32', [3]);
  const values = new Map<string, Shaped>([
    ['x', { type: 'float32', dims: [3] }],
    ['y', { type: 'float32', dims: [3] }],
    ['n', { type: 'int64', dims: [1] }],
  ]);
  const of = (opset: number) => ({ graph: { ...builder.build(), opset }, values });

  it('refuses operator sets before 13, in which Softmax and ReduceSum mean something else', () => {
    expect(() => gradientGraph(of(12), { of: 'y', wrt: ['x'], cotangent: 'dLoss' })).toThrow(
      /operator set 12 .* Export it with 13/,
    );
  });

  it.each([
    ['values that are not there', { of: 'y', wrt: ['absent'], cotangent: 'd' }, /absent is not in the graph/],
    ['gradients of integers', { of: 'y', wrt: ['n'], cotangent: 'd' }, /n is int64/],
    [
      'a cotangent under a name that is taken',
      { of: 'y', wrt: ['x'], cotangent: 'x' },
      /has a value x already/,
    ],
    ['a loss that is no scalar', { of: 'y', wrt: ['x'] }, /only a scalar is a loss/],
  ] as const)('throws for %s', (_, request, message) => {
    expect(() => gradientGraph(of(17), request)).toThrow(message);
  });
});
