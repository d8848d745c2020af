import { bool, fixed, fixedScalar } from '../../onnx/shape/compare.ts';
import { a, apart, b, c, type GradientCase, positive, weight } from '../case.ts';

const binary: readonly GradientCase[] = ['Add', 'Sub', 'Mul', 'Div'].flatMap((op) =>
  [
    { inputs: [a(2, 3), positive(2, 3)] },
    { says: 'right repeated in front', inputs: [a(2, 1, 3), positive(3)] },
    { says: 'left repeated in front', inputs: [a(3), positive(2, 3)] },
    { says: 'both repeated', inputs: [a(2, 1, 4), positive(3, 1)] },
    { says: 'ones that stay ones', inputs: [a(1, 3), positive(2, 1, 1)] },
    { says: 'scalar on the left', inputs: [a(), positive(2, 3)] },
    { says: 'scalar on the right', inputs: [a(2, 3), positive()] },
    { says: 'scalars', inputs: [a(), positive()], opset: 14 },
    { says: 'only the left wanted', inputs: [a(2, 3), weight(positive(1, 3))], opset: 20 },
    { says: 'only the right wanted', inputs: [weight(a(2, 1)), positive(3)], opset: 18 },
  ].map((form) => ({ op, ...form })),
);

export const arithmetic: readonly GradientCase[] = [
  ...binary,
  { op: 'Sum', inputs: [a(2, 3), b(3), c(2, 1)] },
  { op: 'Sum', inputs: [a(2, 3)] },
  { op: 'Sum', inputs: [a(), b(1, 4)] },
  { op: 'Neg', inputs: [a(2, 3)] },
  { op: 'Neg', inputs: [a()] },
  { op: 'Reciprocal', inputs: [positive(2, 4)] },
  { op: 'Sqrt', inputs: [positive(2, 3)] },
  { op: 'Sqrt', inputs: [positive()] },
  { op: 'Exp', inputs: [a(2, 3)] },
  { op: 'Log', inputs: [positive(2, 3)] },
  { op: 'Sin', inputs: [a(2, 3)] },
  { op: 'Cos', inputs: [a(2, 3)] },
  { op: 'Abs', inputs: [apart(3, 4)] },
  { op: 'Pow', inputs: [a(2, 3), fixedScalar(2, 'float32')] },
  { op: 'Pow', inputs: [a(2, 3), fixedScalar(3, 'float32')] },
  { op: 'Pow', inputs: [a(2, 3), fixedScalar(1, 'float32')] },
  { op: 'Pow', says: 'at zero', inputs: [zeros(3), fixedScalar(0, 'float32')] },
  { op: 'Pow', inputs: [positive(2, 3), fixedScalar(0.5, 'float32')], opset: 14 },
  { op: 'Pow', inputs: [positive(2, 3), fixedScalar(-1.5, 'float32')] },
  { op: 'Pow', says: 'integer exponent', inputs: [a(2, 3), fixedScalar(2)] },
  { op: 'Pow', says: 'exponent of a higher rank', inputs: [a(3), weight(ones(1, 1))] },
  { op: 'Pow', says: 'integer vector of one', inputs: [a(2, 3), fixed(3)] },
  { op: 'Where', inputs: [bool([2, 3], [1, 0, 0, 1, 1, 0]), a(2, 3), b(2, 3)], types: ['float32'] },
  { op: 'Where', inputs: [bool([2, 1], [1, 0]), a(3), b(2, 1)], types: ['float32'] },
  { op: 'Where', inputs: [bool([2, 3], [1, 0, 0, 1, 1, 0]), a(), b(3)], types: ['float32'] },
  { op: 'Where', inputs: [bool([], [0]), a(2, 3), b(1)], types: ['float32'], opset: 14 },
  { op: 'Where', inputs: [bool([3], [1, 0, 1]), a(2, 3), weight(b(3))], types: ['float32'] },
];

function zeros(...dims: number[]) {
  return { ...a(...dims), data: new Float32Array(dims.reduce((product, size) => product * size, 1)) };
}

function ones(...dims: number[]) {
  return { ...a(...dims), data: zeros(...dims).data.fill(3) };
}
