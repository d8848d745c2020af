import type { Head } from '../../../src/onnx/cut/unet.ts';

/** Selection by definition, one weight after another: what the tests hold the fast ways against. */

/** A weight's matrix and its index in it. */
export type Place = readonly [head: Head, index: number];

/** Score of a weight in one caption. */
export type Score = (place: Place, norm: Float32Array) => number;

export const inputOf = ([head, index]: Place): number => Math.floor(index / head.outFeatures);
export const outputOf = ([head, index]: Place): number => index % head.outFeatures;

/** |magnitude|·norm of the input, in float32. */
export function scoreBy(magnitudes: ReadonlyMap<string, Float32Array>): Score {
  return (place, norm) => {
    const [head, index] = place;
    return Math.fround(Math.abs(magnitudes.get(head.name)![index]!) * norm[inputOf(place)]!);
  };
}

export function placesOf(heads: readonly Head[]): readonly Place[] {
  return heads.flatMap((head) =>
    Array.from({ length: head.inFeatures * head.outFeatures }, (_, index) => [head, index] as const),
  );
}

/** What is ranked against one another, in the order in which equal scores are told apart. */
export const denseScopes = {
  row: (heads: readonly Head[]) => grouped(heads, (place) => `${place[0].name} ${outputOf(place)}`),
  matrix: (heads: readonly Head[]) => grouped(heads, ([head]) => head.name),
  model: (heads: readonly Head[]) => [placesOf(heads)],
};

function grouped(heads: readonly Head[], key: (place: Place) => string) {
  return [...Map.groupBy(placesOf(heads), key).values()];
}

/** The place of each weight of a group by one caption: how many are better, or equal and further on. */
export function denseRanks(group: readonly Place[], score: Score, norm: Float32Array): readonly number[] {
  const scores = group.map((place) => score(place, norm));
  const order = [...group.keys()].sort((a, b) => scores[b]! - scores[a]! || b - a);
  const ranks = new Array<number>(group.length);
  for (const [rank, member] of order.entries()) ranks[member] = rank;
  return ranks;
}

/** Whether a weight is among the best of its group, told by whether it is for each caption. */
export const says = {
  every: (votes: readonly boolean[]) => votes.every(Boolean),
  vote: (votes: readonly boolean[]) => 2 * votes.filter(Boolean).length >= votes.length,
};

/** The square root of each feature's mean square norm over the captions. */
export function denseMean(norms: readonly Float32Array[]): Float32Array {
  return norms[0]!.map((_, j) =>
    Math.sqrt(norms.reduce((sum, norm) => sum + norm[j]! ** 2, 0) / norms.length),
  );
}

/** The smallest k − 1 with which a weight is among the best k, given its place by each caption. */
export function densePlace(ranks: readonly number[], agreement: keyof typeof says): number {
  const enough = ranks.toSorted((a, b) => a - b);
  return enough.find((rank) => says[agreement](ranks.map((own) => own <= rank)))!;
}
