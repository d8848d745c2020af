import { type Case, compareWithRuntime, f32, i32 } from './compare.ts';

const products = [
  { op: 'MatMul', inputs: [f32([2, 3]), f32([3, 4])] },
  { op: 'MatMul', inputs: [f32([5, 1, 2, 3]), f32([4, 3, 2])] },
  { op: 'MatMul', inputs: [f32([3]), f32([3])] },
  { op: 'MatMul', inputs: [f32([2, 4, 3]), f32([3])] },
  { op: 'MatMul', inputs: [f32([3]), f32([2, 3, 4])] },
  { op: 'MatMul', inputs: [i32([2, 3]), i32([3, 1])] },
  { op: 'Gemm', inputs: [f32([2, 3]), f32([3, 4]), f32([4])] },
  { op: 'Gemm', inputs: [f32([3, 2]), f32([4, 3])], attributes: { transA: 1, transB: 1 } },
  {
    op: 'Einsum',
    inputs: [f32([2, 3, 4, 5]), f32([2, 3, 6, 5])],
    attributes: { equation: 'bhqd,bhkd->bhqk' },
  },
  { op: 'Einsum', inputs: [f32([2, 3]), f32([3, 4])], attributes: { equation: 'ij, jk' } },
  { op: 'Einsum', inputs: [f32([2, 3])], attributes: { equation: 'ba' } },
  { op: 'Einsum', inputs: [f32([2, 3])], attributes: { equation: 'ij->' } },
] satisfies Case[];

compareWithRuntime(
  'products',
  products.map((call) => ({ ...call, folds: false })),
);
