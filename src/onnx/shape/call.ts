import { raise } from '../../result.ts';
import { elementTypeOf } from '../element-codes.ts';
import type { Node, Shaped } from '../graph.ts';
import type { ElementType, Tensor } from '../tensor.ts';

/** An input of a call, and what is known of its elements. */
export interface Operand extends Shaped {
  /** The elements, where they are constant and few enough to fold. */
  readonly tensor?: () => Tensor;
  /** The one element, as a scalar, that all elements are equal to. */
  readonly uniform?: Tensor;
}

/** One node with what is known of its inputs; an omitted input is undefined. */
export interface Call {
  readonly node: Node;
  readonly opset: number;
  readonly inputs: readonly (Operand | undefined)[];
}

/** Types and shapes of a call's outputs, as many as the operator can have. */
export type Rule = (call: Call) => readonly Shaped[];

/** Refuses a call that is valid ONNX but that nothing here can handle. Raises 'unsupported-operator'. */
export function refuse(call: Call, reason: string): never {
  return raise('unsupported-operator', `${describe(call.node)} cannot be used: ${reason}.`);
}

/** Rejects a call that breaks the operator's definition. Raises 'invalid-model'. */
export function reject(call: Call, reason: string): never {
  return raise('invalid-model', `${describe(call.node)} is broken: ${reason}. Export the model anew.`);
}

function describe(node: Node): string {
  const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
  return `The operator ${op} of node "${node.name || (node.outputs[0] ?? '')}"`;
}

/** The input at `index`, which the operator needs. */
export function operand(call: Call, index: number): Operand {
  return call.inputs[index] ?? reject(call, `its input ${index} is missing`);
}

/** The elements of the input at `index`, which must be constant because they decide a shape. */
export function constant(call: Call, index: number): Tensor {
  const { tensor } = operand(call, index);
  return tensor?.() ?? refuse(call, `its input ${index} decides a shape and is not a small constant`);
}

/** A list of integers given as the attribute `name` or, in later opsets, as the constant input at `index`. */
export function optionalIntegers(call: Call, name: string, index: number): readonly number[] | undefined {
  const attribute = call.node.attributes[name];
  if (attribute?.kind === 'ints') return attribute.value;
  return call.inputs[index] === undefined ? undefined : numbersOf(constant(call, index));
}

/** As {@link optionalIntegers}, for what the operator must have. Raises 'invalid-model' where it has neither. */
export function integers(call: Call, name: string, index: number): readonly number[] {
  return (
    optionalIntegers(call, name, index) ??
    reject(call, `it has neither the attribute "${name}" nor input ${index}`)
  );
}

/** The elements as plain numbers; 64-bit integers beyond ±2⁵³ are rounded. Half floats come as their bits. */
export function numbersOf(tensor: Tensor): number[] {
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

/** The element type that an attribute such as `to` or `dtype` names by its number. */
export function typeAttribute(call: Call, name: string): ElementType | undefined {
  const attribute = call.node.attributes[name];
  if (attribute?.kind !== 'int') return undefined;
  return (
    elementTypeOf(attribute.value) ?? refuse(call, `the element type ${attribute.value} is not supported`)
  );
}

/** An axis counted from the front. `rank` is the number of axes it may name. */
export function axisFrom(call: Call, axis: number, rank: number): number {
  if (axis < -rank || axis >= rank)
    reject(call, `the axis ${axis} does not exist in a tensor of rank ${rank}`);
  return axis < 0 ? axis + rank : axis;
}

/** The shape that all of `shapes` broadcast to, by NumPy's rule. */
export function broadcast(call: Call, ...shapes: readonly (readonly number[])[]): readonly number[] {
  return shapes.reduce((left, right) => {
    const rank = Math.max(left.length, right.length);
    return Array.from({ length: rank }, (_, axis) => {
      const a = left[axis - rank + left.length] ?? 1;
      const b = right[axis - rank + right.length] ?? 1;
      if (a !== b && a !== 1 && b !== 1)
        reject(call, `the shapes ${shapes.map((s) => `[${s}]`).join(' and ')} do not broadcast`);
      return a === 1 ? b : a;
    });
  });
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
