import { type Case, compareWithRuntime, f32, fixedScalar, i32, i64, tensor } from './compare.ts';

const gathering: Case[] = [
  { op: 'Gather', inputs: [f32([3, 4]), i64([2, 2], [0, -1, 2, 1])] },
  { op: 'Gather', inputs: [f32([3, 4]), i32([], [-4])], attributes: { axis: 1 } },
  { op: 'Gather', says: 'nothing', inputs: [i64([3]), i64([0])], attributes: { axis: -1 } },
  { op: 'Gather', inputs: [tensor('float16', [3, 2], [1, 2, 3, 4, 5, 6]), i64([1], [2])] },
  { op: 'GatherElements', inputs: [f32([3, 4]), i64([2, 4], [0, 1, 2, -1, 2, 1, 0, 0])] },
  { op: 'GatherElements', inputs: [f32([3, 4]), i64([2, 3], [0, 1, -2, 3, 2, 1])], attributes: { axis: 1 } },
  { op: 'GatherND', inputs: [f32([2, 3, 4]), i64([3, 2], [0, 1, 1, -1, 0, 0])] },
  { op: 'GatherND', says: 'whole elements', inputs: [i64([2, 2], [1, 2, 3, 4]), i64([2, 2], [0, 0, 1, 1])] },
  { op: 'GatherND', inputs: [f32([2, 3, 4]), i64([2, 1], [1, -1])], attributes: { batch_dims: 1 } },
];

const scattering: Case[] = [
  { op: 'ScatterElements', inputs: [f32([3, 3]), i64([2, 3], [1, 0, 2, 0, -1, 1]), f32([2, 3])] },
  {
    op: 'ScatterElements',
    inputs: [i64([1, 5]), i64([1, 2], [1, 3]), i64([1, 2], [7, 8])],
    attributes: { axis: 1 },
  },
  {
    op: 'ScatterElements',
    inputs: [f32([3]), i64([2], [0, 0]), f32([2])],
    attributes: { reduction: 'add' },
    folds: false,
  },
  { op: 'ScatterND', inputs: [f32([4, 2]), i64([2, 1], [3, 0]), f32([2, 2])] },
  { op: 'ScatterND', inputs: [f32([2, 2, 2]), i64([1, 3], [1, -1, 0]), f32([1])] },
];

const masks: Case[] = [
  { op: 'OneHot', inputs: [i64([3], [0, -1, 5]), fixedScalar(3), f32([2], [-1, 4])], types: ['float32'] },
  {
    op: 'OneHot',
    inputs: [i64([2, 2], [0, 1, 2, 1]), fixedScalar(3), i64([2], [0, 1])],
    attributes: { axis: 1 },
  },
  { op: 'Trilu', inputs: [f32([2, 3, 4])] },
  { op: 'Trilu', inputs: [f32([4, 3]), i64([], [-1])], attributes: { upper: 0 } },
  { op: 'Trilu', inputs: [i64([3, 3]), i64([], [1])] },
  { op: 'EyeLike', inputs: [f32([3, 4])], attributes: { k: 1 } },
  { op: 'EyeLike', inputs: [i64([3, 2])], attributes: { dtype: 1, k: -1 }, types: ['float32'] },
];

compareWithRuntime('gathering', gathering);
compareWithRuntime('scattering', scattering);
compareWithRuntime('masks', masks);
