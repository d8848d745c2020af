import type { Head } from '../../onnx/cut/unet.ts';
import type { Group } from './ranking.ts';

/** The heads that weights of the groups are of, each once, in the order in which they first come. */
export function headsOf(groups: readonly Group[]): readonly Head[] {
  return [...new Set(groups.flatMap((group) => group.map(({ head }) => head)))];
}

export function byName<T>(heads: readonly Head[], make: (head: Head) => T): ReadonlyMap<string, T> {
  return new Map(heads.map((head) => [head.name, make(head)]));
}
