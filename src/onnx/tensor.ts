/** The array that holds each ONNX element type. Half floats are raw bits; booleans are one byte each. */
export interface ElementArrays {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int16: Int16Array;
  int8: Int8Array;
  uint64: BigUint64Array;
  uint32: Uint32Array;
  uint16: Uint16Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type ElementType = keyof ElementArrays;

/** A dense row-major array. `dims` of a scalar is `[]`. */
export interface Tensor<T extends ElementType = ElementType> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: ElementArrays[T];
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

/** Bytes that one element takes in a tensor and in a file. */
export function bytesPerElement(type: ElementType): number {
  return constructors[type].BYTES_PER_ELEMENT;
}

/** An array of `length` zeros of the given element type. */
export function allocate<T extends ElementType>(type: T, length: number): ElementArrays[T] {
  return new constructors[type](length) as ElementArrays[T];
}

/** Little-endian bytes seen as elements; copied only where the offset is not aligned. */
export function elementsFromBytes<T extends ElementType>(type: T, bytes: Uint8Array): ElementArrays[T] {
  const size = bytesPerElement(type);
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new constructors[type](
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    aligned.byteLength / size,
  ) as ElementArrays[T];
}

/** The elements as they lie in memory, little-endian, as a view: it changes with the tensor. */
export function bytesOf(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** A float32 tensor over `data`, or of zeros. Throws where the length does not fit the shape. */
export function float32(dims: readonly number[], data?: Float32Array | readonly number[]): Tensor<'float32'> {
  if (data === undefined) return { type: 'float32', dims, data: new Float32Array(elementCount(dims)) };
  return checked({
    type: 'float32',
    dims,
    data: data instanceof Float32Array ? data : Float32Array.from(data),
  });
}

/** An int64 tensor from plain integers. */
export function int64(dims: readonly number[], values: readonly number[]): Tensor<'int64'> {
  return checked({ type: 'int64', dims, data: BigInt64Array.from(values, BigInt) });
}

/** A row-major [rows, columns] matrix as [columns, rows]. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return result;
}

function checked<T extends ElementType>(tensor: Tensor<T>): Tensor<T> {
  if (tensor.data.length !== elementCount(tensor.dims)) {
    throw new RangeError(`${tensor.data.length} elements do not fill the shape [${tensor.dims}]`);
  }
  return tensor;
}
