import type { ElementType } from './tensor.ts';

/** The numbers that ONNX files write for element types (TensorProto.DataType). */
export const elementCodes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const satisfies Record<ElementType, number>;

const types = new Map(
  Object.entries(elementCodes).map(([type, code]) => [code as number, type as ElementType]),
);

/** The element type of an ONNX code; `undefined` for strings, complex numbers and types newer than these. */
export function elementTypeOf(code: number): ElementType | undefined {
  return types.get(code);
}
