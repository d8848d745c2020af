import { intAttribute } from '../../graph.ts';
import type { Rule } from '../call.ts';
import { axisFrom, operand, refuse, typeAttribute } from '../call.ts';
import { same } from './elementwise.ts';

const batchNormalization: Rule = (call) => {
  const training = intAttribute(call.node, 'training_mode', 0) === 1 || call.node.outputs.length > 1;
  return training ? refuse(call, 'only inference is supported') : same(call);
};

const layerNormalization: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const first = axisFrom(call, intAttribute(call.node, 'axis', -1), dims.length);
  const statistic = {
    type: typeAttribute(call, 'stash_type') ?? 'float32',
    dims: dims.map((dim, axis) => (axis < first ? dim : 1)),
  };
  return [{ type, dims }, statistic, statistic];
};

export const norm = {
  BatchNormalization: batchNormalization,
  GroupNormalization: same,
  InstanceNormalization: same,
  LayerNormalization: layerNormalization,
  LogSoftmax: same,
  LpNormalization: same,
  RMSNormalization: same,
  Softmax: same,
} satisfies Record<string, Rule>;
