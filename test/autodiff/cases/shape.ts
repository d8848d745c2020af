import { fixed, fixedScalar } from '../../onnx/shape/compare.ts';
import { a, b, c, type GradientCase, weight } from '../case.ts';

const three = ['float32', 'float32', 'float32'] as const;

export const shape: readonly GradientCase[] = [
  { op: 'Identity', inputs: [a(2, 3)] },
  { op: 'Cast', inputs: [a(2, 3)], attributes: { to: 1 } },
  { op: 'Reshape', inputs: [a(2, 6), fixed(3, 4)] },
  { op: 'Reshape', inputs: [a(2, 6), fixed(0, -1, 2)], opset: 14 },
  { op: 'Reshape', inputs: [a(1), fixed()] },
  { op: 'Flatten', inputs: [a(2, 3, 4)] },
  { op: 'Flatten', inputs: [a(2, 3, 4)], attributes: { axis: -1 } },
  { op: 'Flatten', inputs: [a(2, 3)], attributes: { axis: 0 } },
  { op: 'Squeeze', inputs: [a(1, 3, 1)] },
  { op: 'Squeeze', inputs: [a(1, 3, 1), fixed(-1)] },
  { op: 'Unsqueeze', inputs: [a(2, 3), fixed(0, -1)] },
  { op: 'Unsqueeze', inputs: [a(), fixed(0)] },
  { op: 'Transpose', inputs: [a(2, 3, 4)] },
  { op: 'Transpose', inputs: [a(2, 3, 4)], attributes: { perm: [1, 2, 0] } },
  { op: 'Transpose', inputs: [a(2, 3, 2, 2)], attributes: { perm: [0, 2, 1, 3] } },
  { op: 'Expand', inputs: [a(3, 1), fixed(2, 3, 4)] },
  { op: 'Expand', inputs: [a(2, 3), fixed(1)] },
  { op: 'Expand', inputs: [a(), fixed(2, 2)] },
  { op: 'Expand', inputs: [a(1), fixed(1, 1)] },
  { op: 'Concat', inputs: [a(2, 3), b(2, 1), c(2, 2)], attributes: { axis: 1 } },
  { op: 'Concat', inputs: [a(1, 3), b(2, 3)], attributes: { axis: -2 } },
  { op: 'Concat', inputs: [a(2, 3)], attributes: { axis: 0 } },
  { op: 'Split', inputs: [a(6, 2)], types: three },
  { op: 'Split', inputs: [a(2, 6), fixed(1, 3, 2)], attributes: { axis: -1 }, types: three, opset: 14 },
  { op: 'Split', inputs: [a(2, 5)], attributes: { axis: 1, num_outputs: 3 }, types: three, opset: 18 },
  {
    op: 'Split',
    says: 'middle unused',
    inputs: [a(2, 6)],
    attributes: { axis: 1 },
    types: three,
    used: [0, 2],
  },
  { op: 'Split', says: 'first unused', inputs: [a(6), fixed(1, 2, 3)], types: three, used: [1, 2] },
  { op: 'Split', says: 'only the last used', inputs: [a(6, 1), fixed(1, 2, 3)], types: three, used: [2] },
  { op: 'Slice', inputs: [a(5), fixed(1), fixed(4)] },
  { op: 'Slice', inputs: [a(4, 5), fixed(1, 0), fixed(3, 2)] },
  { op: 'Slice', inputs: [a(4, 5), fixed(-3), fixed(-1), fixed(-1)] },
  { op: 'Slice', inputs: [a(4, 5), fixed(2), fixed(100), fixed(1), fixed(1)] },
  { op: 'Slice', inputs: [a(4, 5), fixed(-100, 1), fixed(2, 2 ** 53), fixed(1, 0)], opset: 14 },
  { op: 'Slice', says: 'everything', inputs: [a(2, 3), fixed(0), fixed(3), fixed(1)] },
  { op: 'Slice', inputs: [a(2, 3, 4), fixed(1, 1, 2), fixed(2, 3, 4), fixed(0, 1, 2), null] },
  { op: 'Slice', says: 'axes left out', inputs: [a(4, 3), fixed(1), fixed(4), null, fixed(1)] },
];

export const reduction: readonly GradientCase[] = [
  { op: 'ReduceSum', inputs: [a(2, 3, 2), fixed(1)] },
  { op: 'ReduceSum', inputs: [a(2, 3, 2), fixed(-1, 0)], attributes: { keepdims: 0 } },
  { op: 'ReduceSum', inputs: [a(2, 3)] },
  { op: 'ReduceSum', inputs: [a(2, 3)], attributes: { keepdims: 0 }, opset: 14 },
  { op: 'ReduceSum', inputs: [a(2, 3), fixed()], attributes: { noop_with_empty_axes: 1 } },
  { op: 'ReduceSum', inputs: [a(2, 3)], attributes: { noop_with_empty_axes: 1 }, opset: 18 },
  { op: 'ReduceMean', inputs: [a(2, 3, 2)], attributes: { axes: [-1] }, opset: 14 },
  { op: 'ReduceMean', inputs: [a(2, 3, 2)], attributes: { axes: [0, 2], keepdims: 0 } },
  { op: 'ReduceMean', inputs: [a(2, 3)], attributes: { keepdims: 0 }, opset: 18 },
  { op: 'ReduceMean', inputs: [a(2, 3, 2), fixed(-2, 2)], opset: 18 },
  { op: 'ReduceMean', inputs: [a(2, 3), null], attributes: { noop_with_empty_axes: 1 }, opset: 20 },
  { op: 'ReduceMean', inputs: [a(2, 3), fixed(1)], attributes: { keepdims: 0 }, opset: 20 },
];

export const indexing: readonly GradientCase[] = [
  { op: 'Gather', inputs: [a(4, 3), fixed(2, 0)] },
  { op: 'Gather', says: 'a row twice', inputs: [a(4, 3), fixed(1, 3, 1)], attributes: { axis: 0 } },
  { op: 'Gather', says: 'counted from the end', inputs: [a(4, 3), fixed(-1, 0, -4)] },
  { op: 'Gather', inputs: [a(2, 4, 3), fixed(3, 1, 1)], attributes: { axis: 1 } },
  { op: 'Gather', inputs: [a(2, 3, 4), fixed(-1, 0)], attributes: { axis: -1 } },
  { op: 'Gather', says: 'one row', inputs: [a(4, 3), fixedScalar(2)] },
  { op: 'Gather', says: 'one column', inputs: [a(4, 3), fixedScalar(-1)], attributes: { axis: 1 } },
  { op: 'Gather', says: 'a table of numbers', inputs: [a(5), fixed(4, 1)] },
  { op: 'Gather', inputs: [a(5, 2), indices([2, 3], [0, 4, 1, 1, 2, -2])] },
  { op: 'Gather', inputs: [a(2, 4, 2), indices([2, 2], [0, 3, 1, 1])], attributes: { axis: 1 }, opset: 14 },
  { op: 'Gather', inputs: [a(5, 2), indices([3], [4, 0, 4], 'int32')] },
  { op: 'ScatterND', says: 'elements', inputs: [a(3, 4), indices([3, 2], [0, 3, 2, 0, 1, 1]), b(3)] },
  {
    op: 'ScatterND',
    says: 'counted from the end',
    inputs: [a(3, 4), indices([2, 2], [-1, -4, 0, -1]), b(2)],
  },
  { op: 'ScatterND', says: 'rows', inputs: [a(4, 3), indices([2, 1], [3, 0]), b(2, 3)] },
  { op: 'ScatterND', says: 'into a weight', inputs: [weight(a(5)), indices([2, 1], [4, 1]), b(2)] },
];

function indices(dims: number[], values: number[], type: 'int32' | 'int64' = 'int64') {
  return type === 'int64'
    ? { type, dims, data: BigInt64Array.from(values, BigInt) }
    : { type, dims, data: Int32Array.from(values) };
}
