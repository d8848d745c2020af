/**
 * The operators that a gradient graph may add. Each has a kernel in ONNX Runtime's CPU and CUDA providers for
 * float32 (docs/OperatorKernels.md of the runtime), so that no part of a training step falls back to another device.
 */
export const emittableOperators: ReadonlySet<string> = new Set([
  'Add',
  'Cast',
  'Concat',
  'ConvTranspose',
  'Cos',
  'Div',
  'Equal',
  'Erf',
  'Exp',
  'Expand',
  'Greater',
  'Identity',
  'MatMul',
  'Mul',
  'Neg',
  'Or',
  'Pow',
  'Reciprocal',
  'ReduceSum',
  'Reshape',
  'Sign',
  'Sin',
  'Slice',
  'Sqrt',
  'Sub',
  'Tanh',
  'Transpose',
  'Where',
]);
