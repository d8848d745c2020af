import { floatAttribute, intAttribute } from '../../graph.ts';
import type { Call } from '../call.ts';
import { operand } from '../call.ts';
import type { Element, ElementList, Evaluator } from './elements.ts';
import {
  broadcastStrides,
  expandTo,
  generate,
  isComputable,
  isInteger,
  offsets,
  reader,
  tensorOf,
} from './elements.ts';

type FloatKernel = (...elements: number[]) => number | boolean;
type IntegerKernel = (...elements: bigint[]) => bigint | boolean;

/** Computes one element from the elements at its position. Floats and booleans come as numbers. */
interface Kernel {
  readonly float?: FloatKernel;
  readonly integer?: IntegerKernel;
}

/** Applies a kernel at every position of the broadcast inputs; the first input's type chooses which. */
function pointwise({ float, integer }: Kernel): Evaluator {
  return (call, [result]) => {
    const tensors = call.inputs.map((_, index) => tensorOf(call, index));
    const kernel = isInteger(operand(call, 0).type) ? integer : float;
    if (!result || !kernel || ![result, ...tensors].every(({ type }) => isComputable(type))) return undefined;
    const readers = tensors.map((tensor) => {
      const at = offsets(result.dims, broadcastStrides(tensor.dims, result.dims));
      const read = reader(tensor);
      return (index: number) => read(at[index] as number);
    });
    const apply = kernel as (...elements: Element[]) => Element | boolean;
    return [generate(result, (index) => apply(...readers.map((read) => read(index))))];
  };
}

const float = (kernel: FloatKernel): Evaluator => pointwise({ float: kernel });

const both = (float: FloatKernel, integer: IntegerKernel): Evaluator => pointwise({ float, integer });

const compare = (kernel: (a: Element, b: Element) => boolean): Evaluator =>
  pointwise({ float: (a = 0, b = 0) => kernel(a, b), integer: (a = 0n, b = 0n) => kernel(a, b) });

/** An integer division by zero has no value: such a node stays in the graph. */
const unlessDividedByZero =
  (evaluator: Evaluator): Evaluator =>
  (call, results) => {
    const divisor = tensorOf(call, 1);
    const zero =
      isInteger(divisor.type) &&
      (divisor.data as unknown as readonly Element[]).some((value) => Number(value) === 0);
    return zero ? undefined : evaluator(call, results);
  };

const floorMod = both(
  () => Number.NaN,
  (a = 0n, b = 1n) => ((a % b) + b) % b,
);

const truncatedMod = both(
  (a = 0, b = 1) => a % b,
  (a = 0n, b = 1n) => a % b,
);

const mod: Evaluator = (call, results) => {
  const truncated = intAttribute(call.node, 'fmod', 0) === 1;
  if (!truncated && !isInteger(operand(call, 0).type)) return undefined;
  return (truncated ? truncatedMod : floorMod)(call, results);
};

/** C's pow, which knows a result for 1 and −1 where JavaScript has none. */
function power(base: number, exponent: number): number {
  const one = base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY);
  return one ? 1 : base ** exponent;
}

/** Base and exponent may differ in type, so both are computed with as floats. */
const pow: Evaluator = (call, [result]) => {
  const [base, exponent] = [tensorOf(call, 0), tensorOf(call, 1)];
  if (!result || !isComputable(base.type) || !isComputable(exponent.type)) return undefined;
  const [bases, exponents] = [expandTo(base, result.dims), expandTo(exponent, result.dims)];
  return [generate(result, (index) => power(Number(bases.data[index]), Number(exponents.data[index])))];
};

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const cast: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  if (!result || !isComputable(source.type) || !isComputable(result.type)) {
    return source.type === result?.type ? [source] : undefined;
  }
  const read = reader(source);
  return [generate(result, (index) => read(index))];
};

const where: Evaluator = (call, [result]) => {
  if (!result) return undefined;
  const [condition, yes, no] = [0, 1, 2].map((index) => expandTo(tensorOf(call, index), result.dims));
  if (!condition || !yes || !no) return undefined;
  const [chosen, others] = [yes.data as unknown as ElementList, no.data as unknown as ElementList];
  for (let index = 0; index < chosen.length; index++) {
    if (condition.data[index] === 0) chosen[index] = others[index] as Element;
  }
  return [yes];
};

function bound(call: Call, index: number, attribute: string, fallback: number): Element {
  const tensor = call.inputs[index]?.tensor;
  return tensor ? reader(tensor)(0) : floatAttribute(call.node, attribute, fallback);
}

const clip: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  if (!result || !isComputable(source.type)) return undefined;
  const [low, high] = [
    bound(call, 1, 'min', Number.NEGATIVE_INFINITY),
    bound(call, 2, 'max', Number.POSITIVE_INFINITY),
  ];
  const read = reader(source);
  return [
    generate(result, (index) => {
      const value = read(index);
      const raised = value < low ? low : value;
      return raised > high ? high : raised;
    }),
  ];
};

const sumOf = both(
  (...values) => values.reduce((a, b) => a + b),
  (...values) => values.reduce((a, b) => a + b),
);

export const elementwise = {
  Abs: both(Math.abs, (a = 0n) => (a < 0n ? -a : a)),
  Ceil: float(Math.ceil),
  Cos: float(Math.cos),
  Exp: float(Math.exp),
  Floor: float(Math.floor),
  IsNaN: float(Number.isNaN),
  Log: float(Math.log),
  Neg: both(
    (a = 0) => -a,
    (a = 0n) => -a,
  ),
  Not: float((a) => a === 0),
  Reciprocal: float((a = 0) => 1 / a),
  Relu: both(
    (a = 0) => Math.max(a, 0),
    (a = 0n) => (a > 0n ? a : 0n),
  ),
  Round: float((a = 0) => roundHalfToEven(a)),
  Sigmoid: float((a = 0) => 1 / (1 + Math.exp(-a))),
  Sign: both(Math.sign, (a = 0n) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
  Sin: float(Math.sin),
  Sqrt: float(Math.sqrt),
  Tanh: float(Math.tanh),

  Add: sumOf,
  Div: unlessDividedByZero(
    both(
      (a = 0, b = 0) => a / b,
      (a = 0n, b = 1n) => a / b,
    ),
  ),
  Max: both(
    (...values) => Math.max(...values),
    (...values) => values.reduce((a, b) => (a > b ? a : b)),
  ),
  Mean: float((...values) => values.reduce((a, b) => a + b) / values.length),
  Min: both(
    (...values) => Math.min(...values),
    (...values) => values.reduce((a, b) => (a < b ? a : b)),
  ),
  Mod: unlessDividedByZero(mod),
  Mul: both(
    (a = 0, b = 0) => a * b,
    (a = 0n, b = 0n) => a * b,
  ),
  Pow: pow,
  Sub: both(
    (a = 0, b = 0) => a - b,
    (a = 0n, b = 0n) => a - b,
  ),
  Sum: sumOf,

  And: float((a, b) => a !== 0 && b !== 0),
  Equal: compare((a, b) => a === b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Or: float((a, b) => a !== 0 || b !== 0),
  Xor: float((a, b) => a !== b),

  Cast: cast,
  CastLike: cast,
  Clip: clip,
  Where: where,
} satisfies Record<string, Evaluator>;
