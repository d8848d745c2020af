import type { Head } from '../../onnx/cut/unet.ts';
import { raise } from '../../result.ts';

/** Share of each row that counts as base, and as general, neurons. */
const rowShare = 0.3;
/** A concept takes at most this share of the weights that it could have, so that those to come find some too. */
const largestShareOfFree = 1 / 8;
const fewestNeurons = 8;

/** How each weight of one head stands, all [in, out]. */
export interface HeadRanks {
  readonly head: Head;
  /** Place in its row's ranking over the captions of the concept; see `worstRanks`. */
  readonly concept: Uint16Array;
  /** 1 where it is a general neuron: among the {@link bestOfRow} for every calibration prompt. */
  readonly general: Uint8Array;
  /** 1 where an earlier concept of the server has it. */
  readonly taken: Uint8Array;
}

export interface Selection {
  /** By head name: indices into the [in, out] matrix, ordered by output and then by input. */
  readonly neurons: ReadonlyMap<string, Uint32Array>;
  readonly count: number;
  /** Share of the base neurons that are general neurons too, 0 to 1. */
  readonly overlap: number;
}

/** How many weights of a row count as base, and as general, neurons. */
export function bestOfRow({ inFeatures }: Head): number {
  return Math.ceil(rowShare * inFeatures);
}

/**
 * Concept neurons: base minus general, minus those of earlier concepts. Where that is fewer than `wanted`, the choice
 * goes on down each row's ranking; where it is more, it stops above. Rows are treated alike, as Wanda does.
 * Raises 'invalid-option' where hardly any weight is free.
 */
export function selectNeurons(ranks: readonly HeadRanks[], wanted: number): Selection {
  const counts = candidatesByRank(ranks);
  const room = Math.floor(counts.reduce((sum, count) => sum + count, 0) * largestShareOfFree);
  if (room < fewestNeurons)
    raise(
      'invalid-option',
      'This server has taught so much that hardly a weight is free. Forget a concept first.',
    );
  const count = Math.min(wanted, room);
  const isChosen = chooser(counts, count);
  const neurons = new Map(ranks.map((entry) => [entry.head.name, chosen(entry, isChosen)]));
  return { neurons, count, overlap: overlapOf(ranks) };
}

function isCandidate({ general, taken }: HeadRanks, index: number): boolean {
  return taken[index] === 0 && general[index] === 0;
}

/** How many candidates have each rank. */
function candidatesByRank(ranks: readonly HeadRanks[]): Uint32Array {
  const counts = new Uint32Array(Math.max(...ranks.map(({ head }) => head.inFeatures)));
  for (const entry of ranks) {
    entry.concept.forEach((rank, index) => {
      if (isCandidate(entry, index)) counts[rank] = (counts[rank] as number) + 1;
    });
  }
  return counts;
}

/** Takes every candidate of the best ranks; of the first rank that is too many, as many as are missing, evenly spread. */
function chooser(counts: Uint32Array, count: number): (rank: number) => boolean {
  let depth = 0;
  let missing = count;
  while (missing > (counts[depth] as number)) missing -= counts[depth++] as number;
  const there = counts[depth] as number;
  const taken = (seen: number) => (seen === there ? missing : Math.floor((missing / there) * seen));
  let seen = 0;
  return (rank) => rank < depth || (rank === depth && taken(++seen) > taken(seen - 1));
}

function chosen(entry: HeadRanks, isChosen: (rank: number) => boolean): Uint32Array {
  const { inFeatures, outFeatures } = entry.head;
  const indices: number[] = [];
  for (let out = 0; out < outFeatures; out++) {
    for (let j = 0; j < inFeatures; j++) {
      const index = j * outFeatures + out;
      if (isCandidate(entry, index) && isChosen(entry.concept[index] as number)) indices.push(index);
    }
  }
  return Uint32Array.from(indices);
}

function overlapOf(ranks: readonly HeadRanks[]): number {
  let base = 0;
  let both = 0;
  for (const { head, concept, general } of ranks) {
    const best = bestOfRow(head);
    concept.forEach((rank, index) => {
      if (rank >= best) return;
      base += 1;
      both += general[index] as number;
    });
  }
  return base === 0 ? 0 : both / base;
}
