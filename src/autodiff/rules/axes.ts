import { type Attribute, intsAttribute } from '../../onnx/graph.ts';
import { reducedAxes } from '../../onnx/reduced-axes.ts';
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

/** The axes that the node, a reduction, runs over, counted from the front. */
export function reductionAxes({ node, inputs, shape, integers }: RuleContext): ReadonlySet<number> {
  const listed = intsAttribute(node, 'axes') ?? (inputs[1] ? integers(1) : []);
  return reducedAxes(node, listed, shape(inputs[0] ?? '').length);
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
