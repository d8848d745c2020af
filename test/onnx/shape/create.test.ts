import type { Attribute } from '../../../src/onnx/graph.ts';
import {
  type Case,
  compareWithRuntime,
  f32,
  fixed,
  fixedScalar,
  float,
  floats,
  i64,
  tensor,
} from './compare.ts';

const value = (held: ReturnType<typeof f32>): { value: Attribute } => ({
  value: { kind: 'tensor', value: held },
});

const constants: Case[] = [
  { op: 'Constant', inputs: [], attributes: value(f32([2, 3])) },
  { op: 'Constant', inputs: [], attributes: value(i64([], [7])), types: ['int64'] },
  { op: 'Constant', inputs: [], attributes: { value_float: float(0.1) } },
  { op: 'Constant', inputs: [], attributes: { value_floats: floats(0.1, 2) } },
  { op: 'Constant', inputs: [], attributes: { value_int: -3 }, types: ['int64'] },
  { op: 'Constant', inputs: [], attributes: { value_ints: [1, 2, 3] }, types: ['int64'] },
  { op: 'ConstantOfShape', inputs: [fixed(2, 3)], types: ['float32'] },
  { op: 'ConstantOfShape', inputs: [fixed(4)], attributes: value(i64([1], [-1])), types: ['int64'] },
  {
    op: 'ConstantOfShape',
    says: 'a scalar',
    inputs: [fixed()],
    attributes: value(f32([1], [3])),
    types: ['float32'],
  },
  {
    op: 'ConstantOfShape',
    says: 'nothing',
    inputs: [fixed(0, 2)],
    attributes: value(tensor('bool', [1], [1])),
    types: ['bool'],
  },
];

const ranges: Case[] = [
  { op: 'Range', inputs: [fixedScalar(0), fixedScalar(77), fixedScalar(1)] },
  { op: 'Range', inputs: [fixedScalar(10), fixedScalar(-3), fixedScalar(-4)] },
  { op: 'Range', says: 'nothing', inputs: [fixedScalar(3), fixedScalar(3), fixedScalar(1)] },
  { op: 'Range', inputs: [0, 1, 0.1].map((end) => fixedScalar(end, 'float32')) },
  { op: 'Range', inputs: [0, 100, 0.125].map((end) => fixedScalar(end, 'float32')) },
  { op: 'Range', inputs: [1, -1, -0.25].map((end) => fixedScalar(end, 'float32')) },
  { op: 'Range', inputs: [5, 0, -2].map((end) => fixedScalar(end, 'int32')) },
];

compareWithRuntime('constants', constants);
compareWithRuntime('ranges', ranges);
