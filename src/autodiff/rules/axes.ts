import type { Attribute } from '../../onnx/graph.ts';
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

export function wrapAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Axes of a reduction: input 1 or attribute `axes`, all where both are absent. */
export function reductionAxes(context: RuleContext): readonly number[] {
  const rank = context.shape(context.inputs[0] ?? '').length;
  const attribute = context.node.attributes.axes;
  const given = attribute?.kind === 'ints' ? attribute.value : context.inputs[1] ? context.integers(1) : [];
  return given.length === 0 ? range(rank) : given.map((axis) => wrapAxis(axis, rank));
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
