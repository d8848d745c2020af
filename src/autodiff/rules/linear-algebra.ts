import { floatAttribute, intAttribute } from '../../onnx/graph.ts';
import type { Emitter } from '../emit.ts';
import { bilinear, type RuleContext, type RuleTable } from '../rule.ts';
import { range } from './axes.ts';

/** Matrix products. */
export const linearAlgebra = {
  /** Y = A·B over leading batch dimensions: dA = g·Bᵀ, dB = Aᵀ·g, summed over what was broadcast. */
  MatMul: bilinear((context) => {
    const { emit, inputs, cotangent: g, shape } = context;
    const [a = '', b = ''] = inputs;
    const [left, right] = [shape(a), shape(b)];
    if (left.length < 2 || right.length < 2)
      context.refuse('a product with a vector cannot be differentiated, only of matrices');
    if (right.length === 2) return sharedRight(context, left, right);
    const batch = shape(context.outputs[0] ?? '').slice(0, -2);
    const full = (dims: readonly number[]) => [...batch, ...dims.slice(-2)];
    return [
      () => emit.sumTo(emit.matmul(g, swapLast(emit, b, right.length)), full(left), left),
      () => emit.sumTo(emit.matmul(swapLast(emit, a, left.length), g), full(right), right),
    ];
  }),
  /** Y = α·A′·B′ + β·C, the primes being optional transposes: dA′ = α·g·B′ᵀ, dB′ = α·A′ᵀ·g, dC = β·g summed over what was broadcast. */
  Gemm: bilinear((context) => {
    const { node, emit, inputs, cotangent: g, shape } = context;
    const [a = '', b = '', c = ''] = inputs;
    const [alpha, beta] = [floatAttribute(node, 'alpha', 1), floatAttribute(node, 'beta', 1)];
    const [transA, transB] = [intAttribute(node, 'transA', 0) === 1, intAttribute(node, 'transB', 0) === 1];
    const scaled = (value: string, factor: number) => (factor === 1 ? value : emit.scale(value, factor));
    const flip = (value: string) => emit.transpose(value, [1, 0]);
    const bTransposed = () => (transB ? b : flip(b));
    const aTransposed = () => (transA ? a : flip(a));
    return [
      () =>
        scaled(transA ? emit.matmul(transB ? flip(b) : b, flip(g)) : emit.matmul(g, bTransposed()), alpha),
      () =>
        scaled(transB ? emit.matmul(flip(g), transA ? flip(a) : a) : emit.matmul(aTransposed(), g), alpha),
      () => scaled(emit.sumTo(g, shape(context.outputs[0] ?? ''), shape(c)), beta),
    ];
  }),
} satisfies RuleTable;

/**
 * One matrix on the right of every batch entry: flattened, its cotangent is one large product and no sum. The other
 * cotangent reads the matrix as it lies; a transposed one would be a second copy of a weight, made when a session opens.
 */
function sharedRight(context: RuleContext, left: readonly number[], right: readonly number[]) {
  const { emit, inputs, cotangent: g } = context;
  const [a = '', b = ''] = inputs;
  const rows = left.slice(0, -1).reduce((product, size) => product * size, 1);
  const [inner = 0, columns = 0] = right;
  const flatten = (value: string, width: number) =>
    left.length === 2 ? value : emit.reshape(value, [rows, width]);
  return [
    () => {
      const product = emit.timesTransposed(flatten(g, columns), b);
      return left.length === 2 ? product : emit.reshape(product, left);
    },
    () => emit.matmul(emit.transpose(flatten(a, inner), [1, 0]), flatten(g, columns)),
  ];
}

function swapLast(emit: Emitter, value: string, rank: number): string {
  return emit.transpose(value, [...range(rank - 2), rank - 1, rank - 2]);
}
