import { a, apart, type GradientCase } from '../case.ts';

export const activation: readonly GradientCase[] = [
  { op: 'Sigmoid', inputs: [a(2, 3)] },
  { op: 'Sigmoid', inputs: [a()] },
  { op: 'Tanh', inputs: [a(2, 3)] },
  { op: 'Erf', inputs: [a(2, 5)] },
  { op: 'Relu', inputs: [apart(3, 4)] },
  { op: 'Gelu', inputs: [a(2, 5)], opset: 20 },
  { op: 'Gelu', inputs: [a(2, 5)], opset: 20, attributes: { approximate: 'none' } },
  { op: 'Gelu', inputs: [a(2, 5)], opset: 20, attributes: { approximate: 'tanh' } },
  { op: 'Softmax', inputs: [a(2, 3, 4)] },
  { op: 'Softmax', inputs: [a(2, 3, 4)], attributes: { axis: -1 }, opset: 14 },
  { op: 'Softmax', inputs: [a(2, 3, 4)], attributes: { axis: 1 } },
  { op: 'Softmax', inputs: [a(2, 3, 4)], attributes: { axis: -3 } },
  { op: 'Softmax', inputs: [a(5)], attributes: { axis: 0 }, opset: 20 },
  { op: 'LogSoftmax', inputs: [a(2, 3, 4)] },
  { op: 'LogSoftmax', inputs: [a(2, 3, 4)], attributes: { axis: -1 }, opset: 14 },
  { op: 'LogSoftmax', inputs: [a(2, 3, 4)], attributes: { axis: 1 } },
  { op: 'LogSoftmax', inputs: [a(2, 3, 4)], attributes: { axis: -3 } },
  { op: 'LogSoftmax', inputs: [a(5)], attributes: { axis: 0 }, opset: 20 },
];
