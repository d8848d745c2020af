import { type Case, compareWithRuntime, f32, fixed, fixedScalar, i32, i64 } from './compare.ts';

const folded = ['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL2'];
const kept = ['ReduceL1', 'ReduceLogSumExp', 'ReduceLogSum', 'ReduceSumSquare'];

/** Axes as an attribute, and as an input since opset 18 (ReduceSum: 13). */
function reductions(op: string): Case[] {
  const folds = folded.includes(op);
  const early = op === 'ReduceSum' ? 12 : 17;
  const positive = f32(
    [2, 3, 4],
    Array.from({ length: 24 }, (_, index) => 0.5 + (index % 5)),
  );
  return [
    { op, inputs: [positive], opset: early, folds },
    { op, inputs: [positive], attributes: { axes: [-1], keepdims: 0 }, opset: early, folds },
    { op, inputs: [positive, fixed(0, 2)], opset: 18, folds },
    { op, inputs: [positive, fixed(1)], attributes: { keepdims: 0 }, opset: 18, folds },
    { op, inputs: [positive, fixed()], attributes: { noop_with_empty_axes: 0 }, opset: 18, folds },
  ];
}

const others: Case[] = [
  { op: 'ReduceSum', says: 'integers', inputs: [i64([2, 2], [1, -2, 3, 4]), fixed(0)] },
  { op: 'ReduceProd', says: 'a shape', inputs: [i64([3], [2, 77, 32])], attributes: { keepdims: 0 } },
  { op: 'ReduceMax', says: 'integers', inputs: [i32([2, 2], [1, -2, 3, 4])], attributes: { axes: [1] } },
  { op: 'ReduceMean', says: 'integers', inputs: [i32([1, 2], [-1, -4])], attributes: { axes: [1] } },
  { op: 'ReduceMax', says: 'a scalar', inputs: [f32([], [4])] },
  { op: 'ArgMax', inputs: [f32([3, 4])], types: ['int64'] },
  {
    op: 'ArgMax',
    inputs: [i32([2, 4], [5, 9, 9, 1, 0, 0, 0, 0])],
    attributes: { axis: -1, keepdims: 0 },
    types: ['int64'],
  },
  {
    op: 'ArgMax',
    inputs: [f32([1, 4], [5, 9, 9, 1])],
    attributes: { axis: 1, select_last_index: 1 },
    types: ['int64'],
  },
  { op: 'ArgMin', inputs: [f32([3, 4])], attributes: { axis: 1 }, types: ['int64'] },
  { op: 'CumSum', inputs: [f32([2, 3]), fixedScalar(1)] },
  { op: 'CumSum', inputs: [i64([3, 2], [1, 2, 3, 4, 5, 6]), fixedScalar(-2)], attributes: { exclusive: 1 } },
  {
    op: 'CumSum',
    inputs: [i32([4], [1, 2, 3, 4]), fixedScalar(0)],
    attributes: { exclusive: 1, reverse: 1 },
  },
  { op: 'CumSum', inputs: [i32([4], [1, 2, 3, 4]), fixedScalar(0)], attributes: { reverse: 1 } },
  { op: 'CumSum', inputs: [i64([2, 3, 2]), fixedScalar(1)], attributes: { exclusive: 1, reverse: 1 } },
  { op: 'TopK', inputs: [f32([2, 5]), fixed(3)], types: ['float32', 'int64'], folds: false },
  {
    op: 'TopK',
    inputs: [f32([4, 5]), fixed(2)],
    attributes: { axis: 0 },
    types: ['float32', 'int64'],
    folds: false,
  },
];

compareWithRuntime('reductions', [...folded, ...kept].flatMap(reductions));
compareWithRuntime('positions, running sums and integers', others);
