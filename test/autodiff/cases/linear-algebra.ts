import { float } from '../../onnx/shape/compare.ts';
import { a, b, c, type GradientCase, weight } from '../case.ts';

const transposes = [0, 1].flatMap((transA) => [0, 1].map((transB) => ({ transA, transB })));

export const linearAlgebra: readonly GradientCase[] = [
  { op: 'MatMul', inputs: [a(2, 3), b(3, 4)] },
  { op: 'MatMul', inputs: [a(1, 3), b(3, 1)] },
  { op: 'MatMul', says: 'one matrix for all', inputs: [a(2, 2, 3), b(3, 4)] },
  { op: 'MatMul', says: 'one matrix for all', inputs: [a(2, 1, 2, 3), b(3, 2)] },
  { op: 'MatMul', says: 'one on the left', inputs: [a(2, 3), b(2, 3, 2)] },
  { op: 'MatMul', inputs: [a(2, 2, 3), b(2, 3, 2)] },
  { op: 'MatMul', inputs: [a(2, 2, 2, 3), b(2, 2, 3, 2)] },
  { op: 'MatMul', says: 'both repeated', inputs: [a(2, 1, 2, 3), b(3, 3, 2)] },
  { op: 'MatMul', says: 'right repeated', inputs: [a(2, 2, 3), b(1, 3, 2)] },
  { op: 'MatMul', says: 'only the right wanted', inputs: [weight(a(2, 2, 3)), b(3, 2)] },
  ...transposes.map(({ transA, transB }) => ({
    op: 'Gemm',
    inputs: [transA ? a(3, 2) : a(2, 3), transB ? b(4, 3) : b(3, 4), c(4)],
    attributes: { transA, transB, alpha: float(0.5), beta: float(-2) },
  })),
  { op: 'Gemm', inputs: [a(2, 3), b(3, 4)] },
  { op: 'Gemm', inputs: [a(2, 3), b(3, 4), c(2, 4)], opset: 14 },
  { op: 'Gemm', inputs: [a(2, 3), b(3, 4), c(2, 1)], attributes: { beta: float(3) } },
  { op: 'Gemm', inputs: [a(2, 3), b(3, 4), c(1)] },
  { op: 'Gemm', inputs: [a(2, 3), b(3, 4), c()] },
  { op: 'Gemm', inputs: [a(2, 3), b(4, 3), c(4)], attributes: { transB: 1 }, opset: 20 },
];
