import type { Head } from '../../onnx/cut/unet.ts';
import { createRadixOrder } from './radix-order.ts';

/** Weights of one head's [in, out] matrix: those at `first`, `first + step` and so on. */
export interface Run {
  readonly head: Head;
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Weights that are ranked against one another. */
export type Group = readonly Run[];

/** Ranks a group's weights by scores |magnitude|·norm, the norm being that of a weight's input. */
export interface Ranker {
  /** How many weights there are. */
  readonly size: number;
  /** Scores in the order of the group, as the bits of float32 numbers: these are not negative, so their bits sort as they do. Overwritten at each call. */
  scores(norm: Float32Array): Uint32Array;
  /** The rank of each weight, 0 for the best; of equal scores the later one is the better. Overwritten at each call. */
  ranks(norm: Float32Array): Uint32Array;
}

/** @param magnitudes by head name, [in, out] */
export function createRanker(group: Group, magnitudes: ReadonlyMap<string, Float32Array>): Ranker {
  const { own, inputs } = gathered(group, magnitudes);
  const size = own.length;
  const order = createRadixOrder(size);
  const values = new Float32Array(size);
  const bits = new Uint32Array(values.buffer);
  const ranked = new Uint32Array(size);
  const scores = (norm: Float32Array) => {
    for (let i = 0; i < size; i++) values[i] = (own[i] as number) * (norm[inputs[i] as number] as number);
    return bits;
  };
  return {
    size,
    scores,
    ranks(norm) {
      const ordered = order(scores(norm));
      for (let rank = 0; rank < size; rank++) ranked[ordered[size - 1 - rank] as number] = rank;
      return ranked;
    },
  };
}

function gathered(group: Group, magnitudes: ReadonlyMap<string, Float32Array>) {
  const size = sizeOf(group);
  const own = new Float32Array(size);
  const inputs = new Uint32Array(size);
  let at = 0;
  for (const { head, first, step, count } of group) {
    const matrix = magnitudes.get(head.name) as Float32Array;
    for (let i = 0; i < count; i++, at++) {
      const index = first + i * step;
      own[at] = Math.abs(matrix[index] as number);
      inputs[at] = Math.floor(index / head.outFeatures);
    }
  }
  return { own, inputs };
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
