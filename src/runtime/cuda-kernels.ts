import { runtimeDomain } from '../onnx/fuse/attention.ts';
import type { Graph } from '../onnx/graph.ts';

/**
 * The first and last operator set for which ONNX Runtime's CUDA provider registers a kernel for float32 (and int64 or
 * bool where gradients need that), from docs/OperatorKernels.md of ONNX Runtime, opsets 13 to 21. Those that gradients are made of, and
 * others that models have.
 */
export const cudaKernels: Readonly<Record<string, readonly [first: number, last: number]>> = {
  Abs: [6, 21],
  Add: [7, 21],
  And: [7, 21],
  Cast: [6, 21],
  Clip: [6, 21],
  Concat: [4, 21],
  Conv: [1, 21],
  ConvTranspose: [1, 21],
  Cos: [7, 21],
  Div: [7, 21],
  Equal: [7, 21],
  Erf: [9, 21],
  Exp: [6, 21],
  Expand: [8, 21],
  Flatten: [1, 21],
  Floor: [6, 21],
  Gather: [1, 21],
  GatherElements: [11, 21],
  GatherND: [11, 21],
  Gelu: [20, 21],
  Gemm: [7, 21],
  Greater: [7, 21],
  GreaterOrEqual: [12, 21],
  Identity: [1, 21],
  InstanceNormalization: [6, 21],
  LayerNormalization: [1, 21],
  Less: [7, 21],
  LessOrEqual: [12, 21],
  Log: [6, 21],
  LogSoftmax: [1, 21],
  MatMul: [1, 21],
  Max: [6, 21],
  MaxPool: [1, 21],
  Min: [6, 21],
  Mod: [10, 21],
  Mul: [7, 21],
  Neg: [6, 21],
  NonZero: [9, 21],
  Not: [1, 21],
  OneHot: [11, 21],
  Or: [7, 21],
  PRelu: [7, 21],
  Pad: [2, 21],
  Pow: [7, 21],
  Range: [11, 21],
  Reciprocal: [6, 21],
  ReduceL1: [1, 21],
  ReduceL2: [1, 21],
  ReduceLogSum: [1, 21],
  ReduceLogSumExp: [1, 21],
  ReduceMax: [1, 21],
  ReduceMean: [1, 21],
  ReduceMin: [1, 21],
  ReduceProd: [1, 21],
  ReduceSum: [1, 21],
  ReduceSumSquare: [1, 21],
  Relu: [6, 21],
  Reshape: [1, 21],
  Resize: [10, 21],
  Round: [11, 21],
  ScatterElements: [11, 21],
  ScatterND: [11, 21],
  Shape: [1, 21],
  Sigmoid: [6, 21],
  Sign: [13, 21],
  Sin: [7, 21],
  Size: [1, 21],
  Slice: [1, 21],
  Softmax: [1, 21],
  Softplus: [1, 21],
  Softsign: [1, 21],
  SpaceToDepth: [1, 21],
  Split: [2, 21],
  Sqrt: [6, 21],
  Squeeze: [1, 21],
  Sub: [7, 21],
  Sum: [6, 21],
  Tanh: [6, 21],
  Tile: [6, 21],
  TopK: [1, 21],
  Transpose: [1, 21],
  Trilu: [14, 21],
  Unsqueeze: [1, 21],
  Where: [9, 21],
  Xor: [7, 21],
};

/** Those whose kernels are for no later operator set. */
const notLater = new Set(['ConvTranspose', 'Cos', 'Sin']);

/** The runtime's own operators that graphs here have. */
const ownKernels = new Set(['BiasSplitGelu', 'GroupNorm', 'MultiHeadAttention', 'NhwcConv']);

/** Operators of a graph that the list has no kernel for, each once. */
export function withoutCudaKernel({ nodes, opset }: Graph): readonly string[] {
  const lacking = nodes.filter(({ op, domain }) => {
    if (domain === runtimeDomain) return !ownKernels.has(op);
    const [first, last] = cudaKernels[op] ?? [Number.POSITIVE_INFINITY, 0];
    return domain !== '' || opset < first || (opset > last && notLater.has(op));
  });
  return [...new Set(lacking.map(({ op }) => op))];
}
