import type { Node } from '../graph.ts';

/** Nodes that compute one thing together. */
export interface Replaceable {
  /** The one whose result is that of all. */
  readonly last: Node;
  /** All others, whose results nothing else reads. */
  readonly parts: readonly Node[];
}

/** The nodes with one in the place of all that compute each of `found`, where the last of them was. */
export function replaced<Found extends Replaceable>(
  nodes: readonly Node[],
  found: readonly Found[],
  make: (one: Found) => Node,
): readonly Node[] {
  const byLast = new Map(found.map((one) => [one.last, one]));
  const gone = new Set(found.flatMap(({ parts }) => parts));
  return nodes.flatMap((node) => {
    const one = byLast.get(node);
    if (one !== undefined) return [make(one)];
    return gone.has(node) ? [] : [node];
  });
}
