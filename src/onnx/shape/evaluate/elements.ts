import type { Shaped } from '../../graph.ts';
import type { ElementType, Tensor } from '../../tensor.ts';
import { allocate, elementCount } from '../../tensor.ts';
import type { Call } from '../call.ts';
import { operand } from '../call.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.ts';

/** One element: a bigint of an integer tensor, a number of a float or boolean one. */
export type Element = number | bigint;

/** An element array of any type, written through its type's own rounding. */
export interface ElementList {
  readonly length: number;
  [index: number]: Element;
}

/**
 * Computes a call on constant inputs, its first output of the type and shape `result` or all its outputs of those of
 * `results`. Undefined where that is not possible here, so that the node stays.
 */
export type Evaluator = (
  call: Call,
  result: Shaped,
  results: readonly Shaped[],
) => Tensor | readonly Tensor[] | undefined;

const integerBits: Partial<Record<ElementType, readonly [bits: number, signed: boolean]>> = {
  int8: [8, true],
  int16: [16, true],
  int32: [32, true],
  int64: [64, true],
  uint8: [8, false],
  uint16: [16, false],
  uint32: [32, false],
  uint64: [64, false],
};

/** Whether a type holds whole numbers; `bool` counts as none. */
export function isInteger(type: ElementType): boolean {
  return type in integerBits;
}

/** The elements of an input that is known to be constant. */
export function tensorOf(call: Call, index: number): Tensor {
  const { tensor } = operand(call, index);
  if (tensor === undefined) throw new TypeError(`Input ${index} of "${call.node.name}" is not constant.`);
  return tensor();
}

/** Reads elements as {@link Element}s. */
export function reader({ type, data }: Tensor): (index: number) => Element {
  const list = data as unknown as ElementList;
  if (type === 'float16') return (index) => fromFloat16(list[index] as number);
  if (type === 'bfloat16') return (index) => fromBfloat16(list[index] as number);
  if (!isInteger(type) || type === 'int64' || type === 'uint64') return (index) => list[index] as Element;
  return (index) => BigInt(list[index] as number);
}

/** Turns a computed value into what an array of `type` stores: wrapped for integers, 0 or 1 for booleans, bits for half floats. */
function converter(type: ElementType): (value: Element | boolean) => Element {
  if (type === 'bool') return (value) => (value ? 1 : 0);
  if (type === 'float16') return (value) => toFloat16(Number(value));
  if (type === 'bfloat16') return (value) => toBfloat16(Number(value));
  const integer = integerBits[type];
  if (integer === undefined) return Number;
  const [bits, signed] = integer;
  const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
  const smallest = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  return (value) => {
    const whole = typeof value === 'number' ? truncated(value, smallest) : BigInt(value);
    return bits === 64 ? wrap(bits, whole) : Number(wrap(bits, whole));
  };
}

function truncated(value: number, otherwise: bigint): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : otherwise;
}

/** A tensor whose element at each flat index is what `element` returns for it. */
export function generate({ type, dims }: Shaped, element: (index: number) => Element | boolean): Tensor {
  const convert = converter(type);
  const data = allocate(type, elementCount(dims));
  const list = data as unknown as ElementList;
  for (let index = 0; index < list.length; index++) list[index] = convert(element(index));
  return { type, dims, data };
}

/** Row-major strides. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] as number) * (dims[axis + 1] as number);
  return strides;
}

/** Strides that show a tensor of shape `from` as `dims`, repeating its axes of size 1. */
export function broadcastStrides(from: readonly number[], dims: readonly number[]): number[] {
  const strides = stridesOf(from);
  return dims.map((_, axis) => {
    const own = axis - dims.length + from.length;
    return own < 0 || from[own] === 1 ? 0 : (strides[own] as number);
  });
}

/** The flat offset that each position of `dims`, in row-major order, has under `strides`. */
export function offsets(dims: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const result = new Int32Array(elementCount(dims));
  const position = dims.map(() => 0);
  let offset = start;
  for (let index = 0; index < result.length; index++) {
    result[index] = offset;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      offset += strides[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (dims[axis] as number)) break;
      offset -= (strides[axis] as number) * (dims[axis] as number);
      position[axis] = 0;
    }
  }
  return result;
}

/** The elements of `source` at the given flat offsets. Elements are moved as they are, half floats included. */
export function pick(source: Tensor, dims: readonly number[], at: ArrayLike<number>): Tensor {
  const data = allocate(source.type, at.length);
  const [to, from] = [data as unknown as ElementList, source.data as unknown as ElementList];
  for (let index = 0; index < at.length; index++) to[index] = from[at[index] as number] as Element;
  return { type: source.type, dims, data };
}

/** Writes the elements of `source` to the given flat offsets of `target`. */
export function put(target: Tensor, at: ArrayLike<number>, source: Tensor): void {
  const [to, from] = [target.data as unknown as ElementList, source.data as unknown as ElementList];
  for (let index = 0; index < at.length; index++) to[at[index] as number] = from[index] as Element;
}

/** `source` repeated along its axes of size 1 to `dims`. */
export function expandTo(source: Tensor, dims: readonly number[]): Tensor {
  return pick(source, dims, offsets(dims, broadcastStrides(source.dims, dims)));
}
