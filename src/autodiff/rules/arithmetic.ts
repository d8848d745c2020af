import { elementwise, none, type RuleTable } from '../rule.ts';

/** Elementwise arithmetic. y is the output, g its cotangent. */
export const arithmetic = {
  Add: elementwise(({ cotangent: g }) => [() => g, () => g]),
  Sub: elementwise(({ cotangent: g, emit }) => [() => g, () => emit.unary('Neg', g)]),
  Mul: elementwise(({ inputs: [a = '', b = ''], cotangent: g, emit }) => [
    () => emit.mul(g, b),
    () => emit.mul(g, a),
  ]),
  /** y = a/b: da = g/b, db = −g∘y/b. */
  Div: elementwise(({ inputs: [, b = ''], outputs: [y = ''], cotangent: g, emit }) => [
    () => emit.div(g, b),
    () => emit.unary('Neg', emit.div(emit.mul(g, y), b)),
  ]),
  Sum: elementwise(({ inputs, cotangent: g }) => inputs.map(() => () => g)),
  Neg: elementwise(({ cotangent: g, emit }) => [() => emit.unary('Neg', g)]),
  /** y = 1/x: dx = −g∘y². */
  Reciprocal: elementwise(({ outputs: [y = ''], cotangent: g, emit }) => [
    () => emit.unary('Neg', emit.mul(g, emit.mul(y, y))),
  ]),
  /** y = √x: dx = g/(2y). */
  Sqrt: elementwise(({ outputs: [y = ''], cotangent: g, emit }) => [() => emit.div(emit.scale(g, 0.5), y)]),
  Exp: elementwise(({ outputs: [y = ''], cotangent: g, emit }) => [() => emit.mul(g, y)]),
  Log: elementwise(({ inputs: [x = ''], cotangent: g, emit }) => [() => emit.div(g, x)]),
  Sin: elementwise(({ inputs: [x = ''], cotangent: g, emit }) => [() => emit.mul(g, emit.unary('Cos', x))]),
  Cos: elementwise(({ inputs: [x = ''], cotangent: g, emit }) => [
    () => emit.unary('Neg', emit.mul(g, emit.unary('Sin', x))),
  ]),
  /** dx = g ∘ sign(x), 0 at 0. */
  Abs: elementwise(({ inputs: [x = ''], cotangent: g, emit }) => [() => emit.mul(g, emit.unary('Sign', x))]),
  /** y = x^p: dx = g·p·x^(p−1), for a constant exponent. */
  Pow: elementwise((context) => {
    const { inputs, cotangent: g, emit } = context;
    const [x = '', exponent = ''] = inputs;
    const power = context.constant(exponent) ?? context.refuse('its exponent is not known beforehand');
    if (power.data.length !== 1) context.refuse('only a scalar exponent can be differentiated');
    const p = Number(power.data[0]);
    const slope = () => (p === 2 ? x : emit.builder.op('Pow', [x, emit.scalar(p === 0 ? 0 : p - 1)]));
    return [() => emit.mul(g, emit.scale(slope(), p)), null];
  }),
  /** Each branch gets g where it was chosen, else 0. */
  Where: elementwise(({ inputs: [condition = ''], cotangent: g, emit }) => [
    null,
    () => emit.builder.op('Where', [condition, g, emit.scalar(0)]),
    () => emit.builder.op('Where', [condition, emit.scalar(0), g]),
  ]),
  Equal: none,
  Less: none,
  LessOrEqual: none,
  Greater: none,
  GreaterOrEqual: none,
  And: none,
  Or: none,
  Xor: none,
  Not: none,
  Sign: none,
  Floor: none,
  Ceil: none,
  Round: none,
  IsInf: none,
  IsNaN: none,
} satisfies RuleTable;
