import { float32 } from '../../../src/onnx/tensor.ts';
import { float } from '../../onnx/shape/compare.ts';
import { a, b, c, type GradientCase, weight } from '../case.ts';

export const normalization: readonly GradientCase[] = [
  { op: 'InstanceNormalization', inputs: [a(2, 2, 3, 2), b(2), c(2)] },
  { op: 'InstanceNormalization', inputs: [a(1, 3, 4), b(3), c(3)], attributes: { epsilon: float(0.1) } },
  { op: 'InstanceNormalization', inputs: [a(1, 2, 5), weight(b(2)), weight(c(2))], opset: 14 },
  {
    op: 'InstanceNormalization',
    says: 'ones and zeros, as exporters write a GroupNorm',
    inputs: [a(2, 2, 5), weight(float32([2], [1, 1])), weight(float32([2]))],
    attributes: { epsilon: float(0.2) },
  },
  {
    op: 'InstanceNormalization',
    says: 'ones, but shifted',
    inputs: [a(2, 2, 5), weight(float32([2], [1, 1])), weight(c(2))],
  },
  {
    op: 'InstanceNormalization',
    says: 'ones that are trained',
    inputs: [a(2, 2, 5), float32([2], [1, 1]), weight(float32([2]))],
  },
  { op: 'LayerNormalization', inputs: [a(2, 3, 4), b(4), c(4)] },
  { op: 'LayerNormalization', says: 'no bias', inputs: [a(2, 5), b(5)], attributes: { axis: 1 } },
  { op: 'LayerNormalization', inputs: [a(2, 3, 4), b(3, 4), c(3, 4)], attributes: { axis: -2 } },
  {
    op: 'LayerNormalization',
    inputs: [a(2, 3, 2), b(2, 3, 2), c(2, 3, 2)],
    attributes: { axis: 0 },
    opset: 18,
  },
  { op: 'LayerNormalization', inputs: [a(3, 4), b(4), c(4)], attributes: { epsilon: float(0.3) }, opset: 20 },
  { op: 'LayerNormalization', says: 'only the scale wanted', inputs: [weight(a(3, 4)), b(4), weight(c(4))] },
  { op: 'GroupNormalization', inputs: [a(2, 4, 2, 2), b(4), c(4)], attributes: { num_groups: 2 }, opset: 21 },
  {
    op: 'GroupNormalization',
    inputs: [a(1, 4, 3), b(4), c(4)],
    attributes: { num_groups: 1, epsilon: float(0.2) },
    opset: 21,
  },
  { op: 'GroupNormalization', inputs: [a(1, 3, 4), b(3), c(3)], attributes: { num_groups: 3 }, opset: 21 },
];
