import { intAttribute } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { float32, int64 } from '../../tensor.ts';
import type { Call, Rule } from '../call.ts';
import { constant, integers, numbersOf, operand, refuse, reject, typeAttribute } from '../call.ts';

/** What a Constant holds, from whichever attribute it is given in. */
export function constantValue(call: Call): Tensor {
  const { value, value_float, value_floats, value_int, value_ints } = call.node.attributes;
  if (value?.kind === 'tensor') return value.value;
  if (value_float?.kind === 'float') return float32([], [value_float.value]);
  if (value_floats?.kind === 'floats') return float32([value_floats.value.length], value_floats.value);
  if (value_int?.kind === 'int') return int64([], [value_int.value]);
  if (value_ints?.kind === 'ints') return int64([value_ints.value.length], value_ints.value);
  return refuse(call, 'only dense numbers are supported as its value');
}

/** The element that a ConstantOfShape repeats, as a scalar; a float32 zero by default. */
export function fillValue(call: Call): Tensor {
  const { value } = call.node.attributes;
  return value?.kind === 'tensor' ? { ...value.value, dims: [] } : float32([], [0]);
}

/** First and last (exclusive) axis that a Shape shows. */
export function shownAxes(call: Call): readonly [number, number] {
  const rank = operand(call, 0).dims.length;
  const clamped = (axis: number) => Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank);
  return [clamped(intAttribute(call.node, 'start', 0)), clamped(intAttribute(call.node, 'end', rank))];
}

const constantRule: Rule = (call) => [constantValue(call)];

const constantOfShape: Rule = (call) => [{ type: fillValue(call).type, dims: integers(call, 'shape', 0) }];

const eyeLike: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  return [{ type: typeAttribute(call, 'dtype') ?? type, dims }];
};

const range: Rule = (call) => {
  const [start = 0, limit = 0, delta = 0] = [0, 1, 2].flatMap((index) => numbersOf(constant(call, index)));
  if (delta === 0) reject(call, 'its delta is zero');
  return [{ type: operand(call, 0).type, dims: [Math.max(0, Math.ceil((limit - start) / delta))] }];
};

const shape: Rule = (call) => {
  const [start, end] = shownAxes(call);
  return [{ type: 'int64', dims: [Math.max(0, end - start)] }];
};

export const create = {
  Constant: constantRule,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Range: range,
  Shape: shape,
  Size: () => [{ type: 'int64', dims: [] }],
} satisfies Record<string, Rule>;
