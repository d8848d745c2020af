import { fixed } from '../../onnx/shape/compare.ts';
import { a, b, c, type GradientCase, weight } from '../case.ts';

/** Scales as the weight that Resize takes them from. */
const scales = (...values: number[]) =>
  weight({ type: 'float32', dims: [values.length], data: Float32Array.from(values) });

export const convolution: readonly GradientCase[] = [
  { op: 'Conv', inputs: [a(1, 2, 4, 4), b(3, 2, 3, 3)], attributes: { pads: [1, 1, 1, 1] } },
  { op: 'Conv', inputs: [a(2, 2, 3, 4), b(2, 2, 2, 3), c(2)] },
  { op: 'Conv', says: '1×1', inputs: [a(2, 3, 2, 3), b(2, 3, 1, 1), c(2)] },
  { op: 'Conv', says: '1×1', inputs: [a(1, 2, 4, 5), b(2, 2, 1, 1)], attributes: { strides: [2, 3] } },
  {
    op: 'Conv',
    says: 'even',
    inputs: [a(1, 2, 4, 4), b(2, 2, 3, 3)],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    op: 'Conv',
    says: 'odd',
    inputs: [a(1, 2, 5, 5), b(1, 2, 3, 3)],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    op: 'Conv',
    says: 'pads behind only',
    inputs: [a(1, 2, 4, 4), b(1, 2, 3, 3)],
    attributes: { strides: [2, 2], pads: [0, 0, 1, 1] },
  },
  { op: 'Conv', inputs: [a(1, 1, 5, 4), b(2, 1, 3, 2), c(2)], attributes: { pads: [2, 0, 1, 1] } },
  { op: 'Conv', inputs: [a(1, 1, 7, 8), b(1, 1, 2, 2)], attributes: { strides: [3, 2] } },
  {
    op: 'Conv',
    inputs: [a(1, 1, 6, 5), b(2, 1, 3, 2)],
    attributes: { dilations: [2, 3], pads: [1, 0, 1, 2] },
  },
  {
    op: 'Conv',
    inputs: [a(1, 1, 7, 6), b(1, 1, 2, 2)],
    attributes: { dilations: [2, 1], strides: [2, 3], pads: [1, 1, 0, 1] },
  },
  { op: 'Conv', says: 'kernel as large as the picture', inputs: [a(2, 2, 3, 3), b(2, 2, 3, 3)], opset: 14 },
  {
    op: 'Conv',
    inputs: [a(1, 4, 3, 3), weight(b(4, 2, 3, 3)), c(4)],
    attributes: { group: 2, pads: [1, 1, 1, 1] },
  },
  {
    op: 'Conv',
    says: 'a channel a group',
    inputs: [a(1, 3, 4, 4), weight(b(3, 1, 3, 3))],
    attributes: { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    op: 'Conv',
    says: 'only the weight wanted',
    inputs: [weight(a(2, 2, 4, 4)), b(2, 2, 3, 3)],
    attributes: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
    opset: 20,
  },
  {
    op: 'Conv',
    says: 'one axis',
    inputs: [a(1, 2, 6), weight(b(2, 2, 3)), c(2)],
    attributes: { strides: [2], pads: [1, 0] },
  },
  {
    op: 'Resize',
    says: 'as PyTorch exports it',
    inputs: [a(1, 2, 2, 3), null, scales(1, 1, 2, 2)],
    attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    opset: 14,
  },
  { op: 'Resize', inputs: [a(2, 1, 2, 2), null, null, fixed(2, 1, 4, 6)] },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 3), null, scales(1, 1, 4, 1)],
    attributes: { nearest_mode: 'round_prefer_ceil' },
  },
  {
    op: 'Resize',
    says: 'empty roi and scales',
    inputs: [a(1, 1, 2, 2), scales(), scales(), fixed(1, 1, 4, 4)],
    opset: 14,
  },
  { op: 'Resize', inputs: [a(1, 2, 2, 2), null, scales(2, 3)], attributes: { axes: [2, -1] }, opset: 18 },
  {
    op: 'Resize',
    inputs: [a(1, 1, 2, 2), null, null, fixed(4, 4)],
    attributes: { axes: [2, 3], nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' },
    opset: 20,
  },
];
