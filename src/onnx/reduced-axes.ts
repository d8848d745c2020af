import { intAttribute, type Node } from './graph.ts';

/**
 * The axes that a reduction runs over, counted from the front. No axes mean all of them, or none with `noop_with_empty_axes`.
 * @param listed its axes as its attribute or its input has them
 * @param rank of what is reduced
 */
export function reducedAxes(node: Node, listed: readonly number[], rank: number): ReadonlySet<number> {
  if (listed.length > 0) return new Set(listed.map((axis) => (axis < 0 ? axis + rank : axis)));
  return new Set(intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array(rank).keys());
}
