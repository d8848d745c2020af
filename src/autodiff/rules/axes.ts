import { type Attribute, intAttribute } from '../../onnx/graph.ts';
import type { RuleContext } from '../rule.ts';

/** An axis attribute of the node's first input, counted from the front. */
export function normalizedAxis(
  context: RuleContext,
  attribute: Attribute | undefined,
  fallback: number,
): number {
  const rank = context.shape(context.inputs[0] ?? '').length;
  return wrapAxis(attribute?.kind === 'int' ? attribute.value : fallback, rank);
}

/** An axis counted from the front; a negative one counts from the end. It is not checked against the rank. */
export function wrapAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Axes of a reduction: input 1 or attribute `axes`; where both are absent all, or none by `noop_with_empty_axes`. */
export function reductionAxes(context: RuleContext): readonly number[] {
  const rank = context.shape(context.inputs[0] ?? '').length;
  const attribute = context.node.attributes.axes;
  const given = attribute?.kind === 'ints' ? attribute.value : context.inputs[1] ? context.integers(1) : [];
  const everything = given.length === 0 && intAttribute(context.node, 'noop_with_empty_axes', 0) === 0;
  return everything ? range(rank) : given.map((axis) => wrapAxis(axis, rank));
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
