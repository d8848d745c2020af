import type { Head } from '../../onnx/cut/unet.ts';
import { raise } from '../../result.ts';

/** Share of each row that counts as base, and as general, neurons. */
const rowShare = 0.3;
/** A concept takes at most this share of the weights that are still free, so that a server never runs out. */
const largestShareOfFree = 1 / 8;
const fewestNeurons = 64;

/** Rankings of one head, each [in, out]; see `worstRanks`. */
export interface HeadRanks {
  readonly head: Head;
  /** Over the captions of the concept. */
  readonly concept: Uint16Array;
  /** Over the calibration prompts. */
  readonly general: Uint16Array;
  /** 1 where an earlier concept of the server has the weight. */
  readonly taken: Uint8Array;
}

export interface Selection {
  /** By head name: indices into the [in, out] matrix, ordered by output and then by input. */
  readonly neurons: ReadonlyMap<string, Uint32Array>;
  readonly count: number;
  /** Share of the base neurons that are general neurons too, 0 to 1. */
  readonly overlap: number;
}

/**
 * Concept neurons: base minus general, minus those of earlier concepts. Where that is fewer than `wanted`, the choice
 * goes on down each row's ranking; where it is more, it stops above. Rows are treated alike, as Wanda does.
 * Raises 'invalid-option' where hardly any weight is free.
 */
export function selectNeurons(ranks: readonly HeadRanks[], wanted: number): Selection {
  const free = ranks.reduce(
    (sum, { taken }) => sum + taken.reduce((count, value) => count + 1 - value, 0),
    0,
  );
  const target = Math.min(wanted, Math.floor(free * largestShareOfFree));
  if (target < fewestNeurons)
    raise(
      'invalid-option',
      'This server has taught so much that hardly a weight is free. Forget a concept first.',
    );
  const width = ranks[0]?.head.inFeatures ?? 0;
  const counts = countByRank(ranks, width);
  let below = 0;
  let depth = 0;
  while (depth < width && below + (counts[depth] as number) < target) below += counts[depth++] as number;
  const neurons = new Map(ranks.map((entry) => [entry.head.name, chosen(entry, depth)]));
  return { neurons, count: below, overlap: overlapOf(ranks) };
}

function isCandidate({ general, taken, head }: HeadRanks, index: number): boolean {
  return taken[index] === 0 && (general[index] as number) >= rowShare * head.inFeatures;
}

/** How many candidates have each rank. */
function countByRank(ranks: readonly HeadRanks[], width: number): Uint32Array {
  const counts = new Uint32Array(width);
  for (const entry of ranks) {
    entry.concept.forEach((rank, index) => {
      if (isCandidate(entry, index)) counts[rank] = (counts[rank] as number) + 1;
    });
  }
  return counts;
}

function chosen(entry: HeadRanks, depth: number): Uint32Array {
  const { inFeatures, outFeatures } = entry.head;
  const indices: number[] = [];
  for (let out = 0; out < outFeatures; out++) {
    for (let j = 0; j < inFeatures; j++) {
      const index = j * outFeatures + out;
      if ((entry.concept[index] as number) < depth && isCandidate(entry, index)) indices.push(index);
    }
  }
  return Uint32Array.from(indices);
}

function overlapOf(ranks: readonly HeadRanks[]): number {
  let base = 0;
  let both = 0;
  for (const { head, concept, general } of ranks) {
    const limit = rowShare * head.inFeatures;
    concept.forEach((rank, index) => {
      if (rank >= limit) return;
      base += 1;
      if ((general[index] as number) < limit) both += 1;
    });
  }
  return base === 0 ? 0 : both / base;
}
