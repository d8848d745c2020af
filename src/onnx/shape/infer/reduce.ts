import { intAttribute } from '../../graph.ts';
import type { Call, Rule } from '../call.ts';
import { axisFrom, constant, numbersOf, operand, optionalIntegers } from '../call.ts';
import { same } from './elementwise.ts';

/** The axes a reduction runs over, counted from the front. No axes mean all of them, or none with `noop_with_empty_axes`. */
export function reducedAxes(call: Call): ReadonlySet<number> {
  const { dims } = operand(call, 0);
  const axes = optionalIntegers(call, 'axes', 1) ?? [];
  if (axes.length > 0) return new Set(axes.map((axis) => axisFrom(call, axis, dims.length)));
  return new Set(intAttribute(call.node, 'noop_with_empty_axes', 0) === 1 ? [] : dims.keys());
}

function collapse(call: Call, axes: ReadonlySet<number>): readonly number[] {
  const { dims } = operand(call, 0);
  if (intAttribute(call.node, 'keepdims', 1) === 1)
    return dims.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  return dims.filter((_, axis) => !axes.has(axis));
}

const reduction: Rule = (call) => [{ type: operand(call, 0).type, dims: collapse(call, reducedAxes(call)) }];

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
