import { intAttribute } from '../../graph.ts';
import type { Rule } from '../call.ts';
import { axisFrom, constant, numbersOf, operand, reject } from '../call.ts';
import { same } from './elementwise.ts';

const gather: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), dims.length);
  return [{ type, dims: dims.toSpliced(axis, 1, ...operand(call, 1).dims) }];
};

const gatherElements: Rule = (call) => [{ type: operand(call, 0).type, dims: operand(call, 1).dims }];

const gatherND: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const indices = operand(call, 1).dims;
  const depth = indices.at(-1) ?? reject(call, 'its indices are a scalar');
  const indexed = intAttribute(call.node, 'batch_dims', 0) + depth;
  if (indexed > dims.length) reject(call, `indices [${indices}] reach deeper than [${dims}]`);
  return [{ type, dims: [...indices.slice(0, -1), ...dims.slice(indexed)] }];
};

const oneHot: Rule = (call) => {
  const { dims } = operand(call, 0);
  const [depth = 0] = numbersOf(constant(call, 1));
  const axis = axisFrom(call, intAttribute(call.node, 'axis', -1), dims.length + 1);
  return [{ type: operand(call, 2).type, dims: dims.toSpliced(axis, 0, depth) }];
};

export const indexing = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  OneHot: oneHot,
  ScatterElements: same,
  ScatterND: same,
  Trilu: same,
} satisfies Record<string, Rule>;
