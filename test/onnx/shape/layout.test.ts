import { bool, type Case, compareWithRuntime, f32, fixed, fixedScalar, i32, i64, tensor } from './compare.ts';

const int64 = ['int64' as const];
const far = 2 ** 62;

const joining: Case[] = [
  { op: 'Concat', inputs: [f32([2, 3]), f32([2, 1])], attributes: { axis: 1 } },
  { op: 'Concat', inputs: [i64([2]), i64([0]), i64([3])], attributes: { axis: -1 } },
  {
    op: 'Concat',
    inputs: [tensor('float16', [1, 2], [1, 2]), tensor('float16', [3, 2], [1, 2, 3, 4, 5, 6])],
    attributes: { axis: 0 },
  },
  { op: 'Split', inputs: [f32([6, 2])], types: ['float32', 'float32', 'float32'], attributes: { axis: 0 } },
  {
    op: 'Split',
    inputs: [f32([2, 6]), fixed(1, 0, 5)],
    types: ['float32', 'float32', 'float32'],
    attributes: { axis: -1 },
  },
  { op: 'Split', inputs: [i64([6])], types: ['int64', 'int64'], attributes: { split: [2, 4] }, opset: 11 },
  {
    op: 'Split',
    inputs: [i64([7])],
    types: ['int64', 'int64', 'int64'],
    attributes: { num_outputs: 3 },
    opset: 18,
  },
  { op: 'Tile', inputs: [i64([2, 1, 2]), fixed(1, 3, 2)] },
  { op: 'Tile', says: 'nothing', inputs: [f32([2, 3]), fixed(0, 2)] },
  { op: 'Expand', inputs: [f32([2, 1, 3]), fixed(4, 1, 5, 1)] },
  { op: 'Expand', says: 'a scalar', inputs: [bool([], [1]), fixed(2, 2)] },
  { op: 'Expand', says: 'to a smaller rank', inputs: [i32([2, 3]), fixed(3)], folds: false },
];

const slices: Case[] = [
  { op: 'Slice', inputs: [f32([4, 5]), fixed(1, 0), fixed(3, 4)] },
  { op: 'Slice', inputs: [f32([4, 5]), fixed(1), fixed(-1), fixed(-1), fixed(2)] },
  {
    op: 'Slice',
    says: 'reversed',
    inputs: [f32([4, 5]), fixed(-1, far), fixed(-far, -far), fixed(0, 1), fixed(-1, -2)],
  },
  { op: 'Slice', says: 'beyond both ends', inputs: [i64([6]), fixed(-100), fixed(far), fixed(0), fixed(4)] },
  {
    op: 'Slice',
    says: 'beyond both ends, backwards',
    inputs: [i64([6]), fixed(100), fixed(-100), fixed(0), fixed(-4)],
  },
  { op: 'Slice', says: 'nothing', inputs: [f32([4, 5]), fixed(3), fixed(1), fixed(0)] },
  {
    op: 'Slice',
    says: 'of nothing, backwards',
    inputs: [f32([0, 2]), fixed(-1), fixed(-far), fixed(0), fixed(-1)],
  },
  {
    op: 'Slice',
    says: 'int32 positions',
    inputs: [f32([4, 5]), { ...i32([1], [2]), fixed: true }, { ...i32([1], [9]), fixed: true }],
  },
];

const padding: Case[] = [
  { op: 'Pad', inputs: [f32([2, 3]), fixed(1, 0, 0, 2)] },
  { op: 'Pad', inputs: [i64([2, 3]), fixed(0, 1, 2, 0), fixedScalar(7)], attributes: { mode: 'constant' } },
  { op: 'Pad', inputs: [f32([2, 3, 4]), fixed(1, 2), null, fixed(-2)], opset: 18 },
  { op: 'Pad', says: 'cut', inputs: [f32([3, 4]), fixed(-1, 0, 0, -2)], folds: false },
  { op: 'Pad', inputs: [f32([3, 4]), fixed(1, 1, 1, 1)], attributes: { mode: 'reflect' }, folds: false },
  { op: 'Pad', inputs: [f32([3, 4]), fixed(1, 1, 1, 1)], attributes: { mode: 'edge' }, folds: false },
];

const shaping: Case[] = [
  { op: 'Reshape', inputs: [f32([2, 3, 4]), fixed(0, -1)] },
  { op: 'Reshape', inputs: [f32([2, 3, 4]), fixed(4, 0, 1, 2)] },
  { op: 'Reshape', says: 'to a scalar', inputs: [i64([1, 1]), fixed()] },
  { op: 'Reshape', inputs: [f32([0, 3]), fixed(3, 0)], attributes: { allowzero: 1 } },
  { op: 'Reshape', says: 'nothing', inputs: [f32([0, 3]), fixed(0, 4)] },
  { op: 'Flatten', inputs: [f32([2, 3, 4])] },
  { op: 'Flatten', inputs: [f32([2, 3, 4])], attributes: { axis: 0 } },
  { op: 'Flatten', inputs: [f32([2, 3, 4])], attributes: { axis: -1 } },
  { op: 'Flatten', says: 'a scalar', inputs: [f32([])], attributes: { axis: 0 } },
  { op: 'Squeeze', inputs: [f32([1, 2, 1])] },
  { op: 'Squeeze', inputs: [f32([1, 2, 1]), fixed(-1)] },
  { op: 'Squeeze', inputs: [f32([1, 2, 1])], attributes: { axes: [0] }, opset: 11 },
  { op: 'Unsqueeze', inputs: [f32([2, 3]), fixed(-1, 0)] },
  { op: 'Unsqueeze', inputs: [i64([], [4]), fixed(0)] },
  { op: 'Unsqueeze', inputs: [f32([2, 3])], attributes: { axes: [1, 3] }, opset: 12 },
  { op: 'Transpose', inputs: [f32([2, 3, 4])] },
  { op: 'Transpose', inputs: [f32([2, 3, 4, 2])], attributes: { perm: [0, 2, 1, 3] } },
  { op: 'Transpose', says: 'a scalar', inputs: [f32([])], folds: true },
  { op: 'DepthToSpace', inputs: [f32([1, 8, 2, 3])], attributes: { blocksize: 2 }, folds: false },
  { op: 'SpaceToDepth', inputs: [f32([1, 2, 4, 6])], attributes: { blocksize: 2 }, folds: false },
  { op: 'Shape', inputs: [f32([2, 3, 4])], types: int64 },
  { op: 'Shape', inputs: [f32([2, 3, 4])], types: int64, attributes: { start: -2, end: 2 } },
  { op: 'Shape', inputs: [f32([2, 3, 4])], types: int64, attributes: { start: 5 } },
  { op: 'Shape', says: 'a scalar', inputs: [f32([])], types: int64 },
  { op: 'Size', inputs: [f32([2, 3, 4])], types: int64 },
];

compareWithRuntime('joining, splitting and repeating', joining);
compareWithRuntime('slicing', slices);
compareWithRuntime('padding', padding);
compareWithRuntime('reshaping', shaping);
