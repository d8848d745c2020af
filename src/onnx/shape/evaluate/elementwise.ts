import { roundHalfToEven } from '../../../numbers.ts';
import { floatAttribute, intAttribute } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { Call } from '../call.ts';
import { operand } from '../call.ts';
import type { Element, ElementList, Evaluator } from './elements.ts';
import { broadcastStrides, expandTo, generate, isInteger, offsets, reader, tensorOf } from './elements.ts';

type FloatKernel = (...elements: number[]) => number | boolean;
type IntegerKernel = (...elements: bigint[]) => bigint | boolean;

/** Applies a kernel at every position of the broadcast inputs; the first input's type chooses which. */
function pointwise(float?: FloatKernel, integer?: IntegerKernel): Evaluator {
  return (call, result) => {
    const kernel = isInteger(operand(call, 0).type) ? integer : float;
    const readers = call.inputs.map((_, index) => readerAlong(tensorOf(call, index), result.dims));
    const apply = kernel as ((...elements: Element[]) => Element | boolean) | undefined;
    return apply && generate(result, (index) => apply(...readers.map((read) => read(index))));
  };
}

/** Reads the elements of a tensor that broadcasts to `dims` by their flat index there. */
function readerAlong(tensor: Tensor, dims: readonly number[]): (index: number) => Element {
  const read = reader(tensor);
  const at = offsets(dims, broadcastStrides(tensor.dims, dims));
  return (index) => read(at[index] as number);
}

const compare = (kernel: (a: Element, b: Element) => boolean): Evaluator =>
  pointwise(
    (a = 0, b = 0) => kernel(a, b),
    (a = 0n, b = 0n) => kernel(a, b),
  );

/** An integer division by zero has no value: such a node stays in the graph. */
const unlessDividedByZero =
  (evaluator: Evaluator): Evaluator =>
  (call, ...results) => {
    const divisor = tensorOf(call, 1);
    const elements = Array.from(divisor.data as ArrayLike<Element>, Number);
    return isInteger(divisor.type) && elements.includes(0) ? undefined : evaluator(call, ...results);
  };

const flooredMod = pointwise(undefined, (a = 0n, b = 1n) => ((a % b) + b) % b);

const truncatedMod = pointwise(
  (a = 0, b = 1) => a % b,
  (a = 0n, b = 1n) => a % b,
);

const mod: Evaluator = (call, ...results) =>
  (intAttribute(call.node, 'fmod', 0) === 1 ? truncatedMod : flooredMod)(call, ...results);

/** C's pow, which knows a result for 1 and −1 where JavaScript has none. */
function power(base: number, exponent: number): number {
  const one = base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY);
  return one ? 1 : base ** exponent;
}

/** Base and exponent may differ in type, so both are computed with as floats. */
const pow: Evaluator = (call, result) => {
  const base = readerAlong(tensorOf(call, 0), result.dims);
  const exponent = readerAlong(tensorOf(call, 1), result.dims);
  return generate(result, (index) => power(Number(base(index)), Number(exponent(index))));
};

const cast: Evaluator = (call, result) => generate(result, reader(tensorOf(call, 0)));

const where: Evaluator = (call, { dims }) => {
  const condition = expandTo(tensorOf(call, 0), dims).data;
  const result = expandTo(tensorOf(call, 1), dims);
  const otherwise = expandTo(tensorOf(call, 2), dims).data as unknown as ElementList;
  const elements = result.data as unknown as ElementList;
  for (let index = 0; index < elements.length; index++) {
    if (condition[index] === 0) elements[index] = otherwise[index] as Element;
  }
  return result;
};

function bound(call: Call, index: number, attribute: string, fallback: number): Element {
  const tensor = call.inputs[index]?.tensor?.();
  return tensor ? reader(tensor)(0) : floatAttribute(call.node, attribute, fallback);
}

const clip: Evaluator = (call, result) => {
  const read = reader(tensorOf(call, 0));
  const low = bound(call, 1, 'min', Number.NEGATIVE_INFINITY);
  const high = bound(call, 2, 'max', Number.POSITIVE_INFINITY);
  return generate(result, (index) => {
    const value = read(index);
    const raised = value < low ? low : value;
    return raised > high ? high : raised;
  });
};

const add = pointwise(
  (...values) => values.reduce((a, b) => a + b),
  (...values) => values.reduce((a, b) => a + b),
);

/** Every operator here computes each element from the elements at its position alone. */
export const elementwise = {
  Abs: pointwise(Math.abs, (a = 0n) => (a < 0n ? -a : a)),
  Ceil: pointwise(Math.ceil),
  Cos: pointwise(Math.cos),
  Exp: pointwise(Math.exp),
  Floor: pointwise(Math.floor),
  IsNaN: pointwise(Number.isNaN),
  Log: pointwise(Math.log),
  Neg: pointwise(
    (a = 0) => -a,
    (a = 0n) => -a,
  ),
  Not: pointwise((a) => a === 0),
  Reciprocal: pointwise((a = 0) => 1 / a),
  Relu: pointwise(
    (a = 0) => Math.max(a, 0),
    (a = 0n) => (a > 0n ? a : 0n),
  ),
  Round: pointwise((a = 0) => roundHalfToEven(a)),
  Sigmoid: pointwise((a = 0) => 1 / (1 + Math.exp(-a))),
  Sign: pointwise(Math.sign, (a = 0n) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
  Sin: pointwise(Math.sin),
  Sqrt: pointwise(Math.sqrt),
  Tanh: pointwise(Math.tanh),

  Add: add,
  Div: unlessDividedByZero(
    pointwise(
      (a = 0, b = 0) => a / b,
      (a = 0n, b = 1n) => a / b,
    ),
  ),
  Max: pointwise(Math.max, (...values) => values.reduce((a, b) => (a > b ? a : b))),
  Mean: pointwise((...values) => values.reduce((a, b) => a + b) / values.length),
  Min: pointwise(Math.min, (...values) => values.reduce((a, b) => (a < b ? a : b))),
  Mod: unlessDividedByZero(mod),
  Mul: pointwise(
    (a = 0, b = 0) => a * b,
    (a = 0n, b = 0n) => a * b,
  ),
  Pow: pow,
  Sub: pointwise(
    (a = 0, b = 0) => a - b,
    (a = 0n, b = 0n) => a - b,
  ),
  Sum: add,

  And: pointwise((a, b) => a !== 0 && b !== 0),
  Equal: compare((a, b) => a === b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Or: pointwise((a, b) => a !== 0 || b !== 0),
  Xor: pointwise((a, b) => a !== b),

  Cast: cast,
  CastLike: cast,
  Clip: clip,
  Where: where,
} satisfies Record<string, Evaluator>;
