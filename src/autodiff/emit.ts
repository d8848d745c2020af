import { type GraphBuilder, int, ints } from '../onnx/builder.ts';
import { elementCodes } from '../onnx/element-codes.ts';
import { type ElementType, elementCount, float32 } from '../onnx/tensor.ts';

/** Arithmetic on named values. Each call adds a node and returns the name of its result. */
export interface Emitter {
  readonly builder: GraphBuilder;
  add(a: string, b: string): string;
  sub(a: string, b: string): string;
  mul(a: string, b: string): string;
  div(a: string, b: string): string;
  /** `factor · a` */
  scale(a: string, factor: number): string;
  unary(
    op: 'Identity' | 'Neg' | 'Exp' | 'Sqrt' | 'Sin' | 'Cos' | 'Erf' | 'Tanh' | 'Sign' | 'Reciprocal',
    a: string,
  ): string;
  matmul(a: string, b: string): string;
  /** `a · bᵀ` of two matrices; `b` is read as it lies. */
  timesTransposed(a: string, b: string): string;
  transpose(a: string, perm: readonly number[]): string;
  reshape(a: string, dims: readonly number[]): string;
  expand(a: string, dims: readonly number[]): string;
  /** Sum over `axes`. */
  sum(a: string, axes: readonly number[], keepDims: boolean): string;
  /** Mean over `axes`, which stay as axes of length 1. */
  mean(a: string, axes: readonly number[]): string;
  concat(parts: readonly string[], axis: number): string;
  slice(
    a: string,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps?: readonly number[],
  ): string;
  /** A value of the shape `dims` with so many zeros before and after it along an axis. */
  pad(a: string, dims: readonly number[], axis: number, before: number, after: number): string;
  cast(a: string, type: ElementType): string;
  scalar(value: number): string;
  zeros(dims: readonly number[]): string;
  /** Sums a value of shape `from` over what broadcasting `to` to `from` repeated. */
  sumTo(a: string, from: readonly number[], to: readonly number[]): string;
}

/**
 * Arithmetic that adds its nodes to `builder`. Operators get the form that they have in `opset`; the caller sees to shapes and
 * types.
 */
export function createEmitter(builder: GraphBuilder, opset: number): Emitter {
  const op = builder.op;

  function sum(a: string, axes: readonly number[], keepDims: boolean): string {
    return op('ReduceSum', [a, builder.ints(axes)], { keepdims: int(keepDims ? 1 : 0) });
  }

  /** What was reshaped into a value: reshaping that again starts from there. */
  const reshaped = new Map<string, string>();

  function reshape(a: string, dims: readonly number[]): string {
    const from = reshaped.get(a) ?? a;
    const result = op('Reshape', [from, builder.ints(dims)]);
    reshaped.set(result, from);
    return result;
  }

  function zeros(dims: readonly number[]): string {
    return elementCount(dims) <= 4096
      ? builder.constant(float32(dims))
      : op('Expand', [builder.scalar(0), builder.ints(dims)]);
  }

  return {
    builder,
    sum,
    reshape,
    zeros,
    // Its axes became an input with operator set 18.
    mean: (a, axes) =>
      opset < 18
        ? op('ReduceMean', [a], { axes: ints(axes), keepdims: int(1) })
        : op('ReduceMean', [a, builder.ints(axes)], { keepdims: int(1) }),
    add: (a, b) => op('Add', [a, b]),
    sub: (a, b) => op('Sub', [a, b]),
    mul: (a, b) => op('Mul', [a, b]),
    div: (a, b) => op('Div', [a, b]),
    scale: (a, factor) => op('Mul', [a, builder.scalar(factor)]),
    unary: (name, a) => op(name, [a]),
    matmul: (a, b) => op('MatMul', [a, b]),
    timesTransposed: (a, b) => op('Gemm', [a, b], { transB: int(1) }),
    transpose: (a, perm) => op('Transpose', [a], { perm: ints(perm) }),
    expand: (a, dims) => op('Expand', [a, builder.ints(dims)]),
    concat: (parts, axis) => op('Concat', parts, { axis: int(axis) }),
    slice: (a, starts, ends, axes, steps) =>
      op('Slice', [a, ...[starts, ends, axes, ...(steps === undefined ? [] : [steps])].map(builder.ints)]),
    pad(a, dims, axis, before, after) {
      const block = (length: number) => (length > 0 ? [zeros(dims.with(axis, length))] : []);
      const parts = [...block(before), a, ...block(after)];
      return parts.length === 1 ? a : op('Concat', parts, { axis: int(axis) });
    },
    cast: (a, type) => op('Cast', [a], { to: int(elementCodes[type]) }),
    scalar: (value) => builder.scalar(value),
    sumTo(a, from, to) {
      const padding = from.length - to.length;
      const repeated = from.flatMap((size, axis) =>
        axis < padding || (to[axis - padding] === 1 && size !== 1) ? [axis] : [],
      );
      if (repeated.length === 0) return a;
      const summed = sum(a, repeated, true);
      return padding === 0 ? summed : reshape(summed, to);
    },
  };
}
