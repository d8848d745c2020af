import { bool, type Case, compareWithRuntime, f32, float, i32, i64, tensor } from './compare.ts';

const positive = f32([2, 3], [0.1, 1, 2.5, 3, 10, 200]);
const specials = f32([5], [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.5]);
const integers = i64([5], [-7, -1, 0, 3, 2 ** 40]);

const unary: Case[] = [
  ...['Abs', 'Neg', 'Sign', 'Relu'].map((op) => ({ op, inputs: [f32([2, 3])] })),
  ...['Abs', 'Neg', 'Sign'].map((op) => ({ op, inputs: [integers] })),
  ...['Ceil', 'Floor', 'Exp', 'Tanh', 'Sigmoid', 'Sin', 'Cos', 'Reciprocal'].map((op) => ({
    op,
    inputs: [f32([4, 5])],
  })),
  ...['Sqrt', 'Log'].map((op) => ({ op, inputs: [positive] })),
  ...['Erf', 'Softplus', 'Elu', 'LeakyRelu', 'HardSigmoid'].map((op) => ({
    op,
    inputs: [f32([2, 3])],
    folds: false,
  })),
  { op: 'Round', says: 'ties to even', inputs: [f32([8], [-2.5, -1.5, -0.5, 0.4, 0.5, 1.5, 2.5, 2.6])] },
  { op: 'Gelu', inputs: [f32([2, 3])], opset: 20, folds: false },
  { op: 'IsNaN', inputs: [specials], types: ['bool'] },
  { op: 'Not', inputs: [bool([3], [0, 1, 1])], types: ['bool'] },
  { op: 'Relu', inputs: [i32([4], [-3, 0, 2, 7])] },
];

const arithmetic: Case[] = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'].flatMap((op) => [
    { op, inputs: [f32([2, 1, 3]), f32([4, 1])] },
    { op, says: 'scalars', inputs: [f32([], [0.5]), f32([], [3])] },
    { op, says: 'nothing', inputs: [f32([0, 3]), f32([1, 3])] },
    { op, inputs: [i64([2, 3], [7, -7, 8, -8, 9, 5]), i64([3], [2, -3, 5])] },
    { op, says: 'wraps', inputs: [i32([2], [2 ** 31 - 1, 65537]), i32([2], [3, 65539])] },
  ]),
  { op: 'Div', says: 'zero divisor of floats', inputs: [f32([3], [1, -1, 0]), f32([1], [0])] },
  { op: 'Max', says: 'three inputs', inputs: [f32([2]), f32([1], [0.1]), f32([3, 1])] },
  { op: 'Min', says: 'not a number', inputs: [specials, f32([1], [0])] },
  { op: 'Sum', inputs: [f32([2, 1]), f32([3]), f32([])] },
  { op: 'Mean', inputs: [f32([2, 1]), f32([3]), f32([])] },
  { op: 'Mod', says: 'sign of the divisor', inputs: [i64([4], [7, -7, 7, -7]), i64([4], [3, 3, -3, -3])] },
  { op: 'Mod', inputs: [i64([4], [7, -7, 7, -7]), i64([4], [3, 3, -3, -3])], attributes: { fmod: 1 } },
  { op: 'Mod', inputs: [f32([3], [5.5, -5.5, 2]), f32([], [2])], attributes: { fmod: 1 } },
  { op: 'Pow', inputs: [positive, f32([], [2])] },
  { op: 'Pow', inputs: [f32([4], [1, -1, 2, 0]), f32([1], [Number.POSITIVE_INFINITY])] },
  { op: 'Pow', says: 'an integer exponent', inputs: [f32([2, 2]), i64([2], [2, 3])] },
  { op: 'Pow', says: 'integers', inputs: [i64([3], [2, -3, 5]), i64([], [3])] },
  { op: 'Clip', inputs: [f32([6]), f32([], [-0.5]), f32([], [0.5])] },
  { op: 'Clip', inputs: [i64([4], [-9, 0, 4, 9]), null, i64([], [5])] },
  { op: 'Clip', says: 'crossed bounds', inputs: [f32([3]), f32([], [2]), f32([], [1])] },
];

const comparisons: Case[] = [
  ...['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Equal'].flatMap((op) => [
    { op, inputs: [f32([3, 1], [0, 1, 2]), f32([3], [0, 1, 2])], types: ['bool' as const] },
    { op, inputs: [i64([3], [2, -1, 0]), i64([], [0])], types: ['bool' as const] },
  ]),
  { op: 'Equal', inputs: [bool([2], [0, 1]), bool([2], [1, 1])], types: ['bool'] },
  ...['And', 'Or', 'Xor'].map((op) => ({
    op,
    inputs: [bool([2, 1], [0, 1]), bool([2], [0, 1])],
    types: ['bool' as const],
  })),
  { op: 'Where', inputs: [bool([2, 1], [1, 0]), f32([3]), f32([], [9])], types: ['float32'] },
  { op: 'Where', inputs: [bool([], [0]), i64([2], [1, 2]), i64([3, 1], [4, 5, 6])], types: ['int64'] },
];

const codes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 } as const;
const casts = Object.entries(codes).flatMap(([type, to]) =>
  [f32([6], [0, 0.3, -1.7, 2.5, 100, -0]), i64([3], [0, -1, 255]), i32([3], [0, 7, -300]), bool([2], [0, 1])]
    .filter((source) => source.type !== type && (type !== 'uint8' || source.type !== 'float32'))
    .map(
      (source): Case => ({
        op: 'Cast',
        inputs: [source],
        attributes: { to },
        types: [type as keyof typeof codes],
      }),
    ),
);
const halves: Case[] = [
  {
    op: 'Cast',
    inputs: [f32([7], [0.1, 65504, 65519, 65520, 6e-8, 2 ** -14, -2049])],
    attributes: { to: 10 },
    types: ['float16'],
  },
  {
    op: 'Cast',
    inputs: [tensor('float16', [5], [0x3c00, 0x8001, 0x7c00, 0x03ff, 0xc145])],
    attributes: { to: 1 },
    types: ['float32'],
  },
  { op: 'CastLike', inputs: [f32([2], [1.5, -2]), i64([1])], types: ['int64'] },
  { op: 'Mul', inputs: [tensor('float16', [3], [0x3c00, 0xc000, 0x3555]), tensor('float16', [], [0x3555])] },
];

const activations: Case[] = [
  { op: 'Dropout', inputs: [f32([2, 3])], types: ['float32', 'bool'], folds: false },
  { op: 'Celu', inputs: [f32([2, 3])], attributes: { alpha: float(0.5) }, folds: false },
  { op: 'PRelu', inputs: [f32([2, 3]), f32([3])], folds: false },
];

compareWithRuntime('elementwise operators', [...unary, ...arithmetic, ...comparisons, ...activations]);
compareWithRuntime('casts', [...casts, ...halves]);
