import { float32, type Tensor } from '../onnx/tensor.ts';

/** Tensors one after another along their first axis. */
export function joinTensors(parts: readonly Tensor<'float32'>[]): Tensor<'float32'> {
  const [, ...size] = parts[0]?.dims ?? [];
  const rows = parts.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0);
  return float32([rows, ...size], joinArrays(parts.map(({ data }) => data)));
}

export function joinArrays(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
