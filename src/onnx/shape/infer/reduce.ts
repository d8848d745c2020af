import { intAttribute } from '../../graph.ts';
import { reducedAxes } from '../../reduced-axes.ts';
import type { Call, Rule } from '../call.ts';
import { axisFrom, constant, numbersOf, operand, optionalIntegers } from '../call.ts';
import { same } from './elementwise.ts';

/** The axes that a reduction runs over, counted from the front. */
export function axesOf(call: Call): ReadonlySet<number> {
  const { length: rank } = operand(call, 0).dims;
  const listed = optionalIntegers(call, 'axes', 1) ?? [];
  const axes = listed.map((axis) => axisFrom(call, axis, rank));
  return reducedAxes(call.node, axes, rank);
}

function collapse(call: Call, axes: ReadonlySet<number>): readonly number[] {
  const { dims } = operand(call, 0);
  if (intAttribute(call.node, 'keepdims', 1) === 1)
    return dims.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  return dims.filter((_, axis) => !axes.has(axis));
}

const reduction: Rule = (call) => [{ type: operand(call, 0).type, dims: collapse(call, axesOf(call)) }];

const position: Rule = (call) => {
  const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), operand(call, 0).dims.length);
  return [{ type: 'int64', dims: collapse(call, new Set([axis])) }];
};

const topK: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const axis = axisFrom(call, intAttribute(call.node, 'axis', -1), dims.length);
  const [k = 0] = numbersOf(constant(call, 1));
  const kept = dims.with(axis, k);
  return [
    { type, dims: kept },
    { type: 'int64', dims: kept },
  ];
};

export const reduce = {
  ArgMax: position,
  ArgMin: position,
  CumSum: same,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSum: reduction,
  ReduceLogSumExp: reduction,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceSum: reduction,
  ReduceSumSquare: reduction,
  TopK: topK,
} satisfies Record<string, Rule>;
