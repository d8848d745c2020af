import type { Head } from '../../onnx/cut/unet.ts';
import { type Narrowed, narrow } from './narrow.ts';
import { keepBest, type OrderRoom, orderRoom, rankInto, type Scored } from './order.ts';

/** Weights of one head's [in, out] matrix: those at `first`, `first + step` and so on. */
export interface Run {
  readonly head: Head;
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Weights that are ranked against one another. */
export type Group = readonly Run[];

/**
 * Ranks a group's weights by scores |magnitude|·norm, the norm being that of a weight's input. Of equal scores, the one
 * that comes later in the group is better.
 */
export interface Ranker {
  /** How many weights there are. */
  readonly size: number;
  /** The rank of each weight, 0 for the best. Overwritten at each call. */
  ranks(norm: Float32Array): Uint32Array;
  /** Those of some weights, by their places in the group, that are among the `best` best of all: the same array's front, overwritten. */
  amongBest(norm: Float32Array, best: number, some: Int32Array): Int32Array;
  /** What is left to ask each of some norms of, where it is those that are among the best for all that are looked for. */
  narrowed(
    norms: readonly Float32Array[],
    best: number,
  ): Pick<Narrowed, 'certain' | 'open' | 'best'> & { readonly ranker: Ranker };
}

/**
 * @param magnitudes by head name, [in, out]
 * @param room for at least the group's weights, which rankers that are used one after another can share
 */
export function createRanker(
  group: Group,
  magnitudes: ReadonlyMap<string, Float32Array>,
  room = orderRoom(sizeOf(group)),
): Ranker {
  return rankerOf(gathered(group, magnitudes), room);
}

function rankerOf(scored: Scored, room: OrderRoom): Ranker {
  const size = scored.magnitudes.length;
  const ranked = new Uint32Array(size);
  return {
    size,
    ranks(norm) {
      rankInto(ranked, scored, norm, room);
      return ranked;
    },
    amongBest(norm, best, some) {
      if (best >= size) return some;
      return some.subarray(0, best > 0 ? keepBest(some, best, scored, norm, room) : 0);
    },
    narrowed(norms, best) {
      const { scored: left, ...narrowed } = narrow(scored, norms, best, placesIn({ size }), room);
      return { ...narrowed, ranker: rankerOf(left, room) };
    },
  };
}

/** The places of a group's weights in it. */
export function placesIn({ size }: Pick<Ranker, 'size'>): Int32Array {
  const places = new Int32Array(size);
  for (let i = 0; i < size; i++) places[i] = i;
  return places;
}

function gathered(group: Group, magnitudes: ReadonlyMap<string, Float32Array>): Scored {
  const size = sizeOf(group);
  const own = new Float32Array(size);
  const inputs = new Int32Array(size);
  let at = 0;
  for (const { head, first, step, count } of group) {
    const matrix = magnitudes.get(head.name) as Float32Array;
    for (let i = 0; i < count; i++, at++) {
      const index = first + i * step;
      own[at] = Math.abs(matrix[index] as number);
      inputs[at] = Math.floor(index / head.outFeatures);
    }
  }
  return { magnitudes: own, inputs };
}

/** Room to rank each of some groups in, one after another. */
export function roomFor(groups: readonly Group[]): OrderRoom {
  return orderRoom(Math.max(...groups.map(sizeOf)));
}

/** How many weights a group has. */
export function sizeOf(group: Group): number {
  return group.reduce((sum, { count }) => sum + count, 0);
}

/** Writes what is known of a group's weights into the matrices of their heads, [in, out] by head name. */
export function scatter(
  group: Group,
  values: ArrayLike<number>,
  matrices: ReadonlyMap<string, Uint8Array | Uint16Array | Uint32Array>,
): void {
  let at = 0;
  for (const { head, first, step, count } of group) {
    const matrix = matrices.get(head.name) as Uint8Array | Uint16Array | Uint32Array;
    for (let i = 0; i < count; i++) matrix[first + i * step] = values[at++] as number;
  }
}
