import { stringAttribute } from '../../onnx/graph.ts';
import type { Emitter } from '../emit.ts';
import { elementwise, nonlinear, type RuleContext, type RuleTable } from '../rule.ts';
import { normalizedAxis } from './axes.ts';

/** Smooth functions of one value. */
export const activation = {
  /** σ' = σ(1 − σ) */
  Sigmoid: elementwise(({ outputs: [y = ''], cotangent: g, emit }) => [
    () => emit.mul(g, emit.mul(y, emit.sub(emit.scalar(1), y))),
  ]),
  /** tanh' = 1 − tanh² */
  Tanh: elementwise(({ outputs: [y = ''], cotangent: g, emit }) => [
    () => emit.mul(g, emit.sub(emit.scalar(1), emit.mul(y, y))),
  ]),
  /** erf'(x) = 2/√π · exp(−x²) */
  Erf: elementwise(({ inputs: [x = ''], cotangent: g, emit }) => [
    () =>
      emit.mul(g, emit.scale(emit.unary('Exp', emit.unary('Neg', emit.mul(x, x))), 2 / Math.sqrt(Math.PI))),
  ]),
  /** dx = g where x > 0, else 0. */
  Relu: elementwise(({ inputs: [x = ''], cotangent: g, emit }) => [
    () => emit.builder.op('Where', [emit.builder.op('Greater', [x, emit.scalar(0)]), g, emit.scalar(0)]),
  ]),
  /** dx = g ∘ (Φ(x) + x·φ(x)); with `approximate` the slope of the approximation by tanh. */
  Gelu: elementwise(({ node, inputs: [x = ''], cotangent: g, emit }) => [
    () =>
      emit.mul(
        g,
        stringAttribute(node, 'approximate', 'none') === 'tanh' ? tanhGeluSlope(emit, x) : geluSlope(emit, x),
      ),
  ]),
  /** dx = y ∘ (g − Σ g∘y) along the axis. */
  Softmax: nonlinear((context) => {
    const { outputs, cotangent: g, emit } = context;
    const [y = ''] = outputs;
    return [
      () => emit.mul(y, emit.sub(g, attended(context) ?? emit.sum(emit.mul(g, y), [axisOf(context)], true))),
    ];
  }),
  /** dx = g − exp(y)·Σ g along the axis, exp(y) being the softmax of x. */
  LogSoftmax: nonlinear((context) => {
    const { outputs, cotangent: g, emit } = context;
    const [y = ''] = outputs;
    return [() => emit.sub(g, emit.mul(emit.unary('Exp', y), emit.sum(g, [axisOf(context)], true)))];
  }),
} satisfies RuleTable;

function axisOf(context: RuleContext): number {
  return normalizedAxis(context, context.node.attributes.axis, -1);
}

/**
 * Σ g∘y along the last axis where y are the weights of an attention, o = y·v: the same as Σ do∘o, which has as many columns as a head
 * has features, and not as there are positions (Dao et al. 2022, FlashAttention, §B.2). Undefined elsewhere, also where the weights are
 * repeated over a batch of values: Σ do∘o has a row for each of them then.
 */
function attended(context: RuleContext): string | undefined {
  const { outputs, emit, shape } = context;
  const [y = ''] = outputs;
  const reader = context.soleReader(y);
  const isLast = axisOf(context) === shape(y).length - 1;
  if (!isLast || reader?.node.op !== 'MatMul' || reader.node.inputs[0] !== y) return undefined;
  const [o = ''] = reader.node.outputs;
  const isRepeated = `${shape(o).slice(0, -1)}` !== `${shape(y).slice(0, -1)}`;
  return isRepeated ? undefined : emit.sum(emit.mul(reader.cotangent, o), [shape(o).length - 1], true);
}

/** Φ(x) + x·φ(x), Φ and φ being the standard normal's distribution and density (Hendrycks & Gimpel 2016). */
function geluSlope(emit: Emitter, x: string): string {
  const distribution = emit.scale(
    emit.add(emit.unary('Erf', emit.scale(x, Math.SQRT1_2)), emit.scalar(1)),
    0.5,
  );
  const density = emit.scale(emit.unary('Exp', emit.scale(emit.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return emit.add(distribution, emit.mul(x, density));
}

/** Slope of x/2·(1 + tanh u), u = √(2/π)(x + 0.044715x³). */
function tanhGeluSlope(emit: Emitter, x: string): string {
  const rate = Math.sqrt(2 / Math.PI);
  const square = emit.mul(x, x);
  const tanh = emit.unary(
    'Tanh',
    emit.scale(emit.mul(x, emit.add(emit.scalar(1), emit.scale(square, 0.044715))), rate),
  );
  const inner = emit.scale(emit.add(emit.scalar(1), emit.scale(square, 3 * 0.044715)), rate);
  const bend = emit.mul(emit.mul(x, emit.sub(emit.scalar(1), emit.mul(tanh, tanh))), inner);
  return emit.scale(emit.add(emit.add(emit.scalar(1), tanh), bend), 0.5);
}
