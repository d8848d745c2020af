import { type Case, compareWithRuntime, f32, fixed, tensor } from './compare.ts';

const norms: Case[] = [
  { op: 'InstanceNormalization', inputs: [f32([2, 3, 4, 4]), f32([3]), f32([3])] },
  {
    op: 'GroupNormalization',
    inputs: [f32([2, 6, 4, 4]), f32([6]), f32([6])],
    attributes: { num_groups: 3 },
    opset: 21,
  },
  { op: 'BatchNormalization', inputs: [f32([2, 3, 4]), f32([3]), f32([3]), f32([3]), f32([3])] },
  { op: 'LayerNormalization', inputs: [f32([2, 3, 4]), f32([4]), f32([4])] },
  {
    op: 'LayerNormalization',
    inputs: [f32([2, 3, 4]), f32([3, 4])],
    attributes: { axis: 1 },
    types: ['float32', 'float32', 'float32'],
  },
  { op: 'RMSNormalization', inputs: [f32([2, 3, 4]), f32([4])], opset: 23 },
  { op: 'LpNormalization', inputs: [f32([2, 3])] },
  { op: 'Softmax', inputs: [f32([2, 3])] },
  { op: 'LogSoftmax', inputs: [f32([2, 3])], attributes: { axis: 0 } },
];

const scales = (...values: number[]) => ({ ...tensor('float32', [values.length], values), fixed: true });
const picture = f32([1, 2, 5, 7]);

const resizes: Case[] = [
  {
    op: 'Resize',
    inputs: [picture, null, scales(1, 1, 2, 2)],
    attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric' },
  },
  { op: 'Resize', inputs: [picture, null, scales(1, 1, 1.3, 0.7)], attributes: { mode: 'linear' } },
  {
    op: 'Resize',
    inputs: [picture, scales(), scales(), fixed(1, 2, 9, 3)],
    attributes: { mode: 'nearest' },
    opset: 11,
  },
  { op: 'Resize', inputs: [picture, null, null, fixed(1, 2, 10, 14)], attributes: { mode: 'cubic' } },
  { op: 'Resize', inputs: [picture, null, scales(0.6, 1.9)], attributes: { axes: [2, 3] }, opset: 18 },
  {
    op: 'Resize',
    inputs: [picture, null, null, fixed(4, 4)],
    attributes: { axes: [-2, -1], antialias: 1, mode: 'linear' },
    opset: 18,
  },
];

compareWithRuntime(
  'normalizations',
  norms.map((call) => ({ ...call, folds: false })),
);
compareWithRuntime(
  'resizing',
  resizes.map((call) => ({ ...call, folds: false })),
);
