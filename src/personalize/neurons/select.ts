import type { Head } from '../../onnx/cut/unet.ts';
import { raise } from '../../result.ts';

const fewestNeurons = 8;

/** How each weight of one head stands, all [in, out]. */
export interface HeadRanks {
  readonly head: Head;
  /** Rank in its group for the concept, 0 for the best. */
  readonly concept: Uint16Array | Uint32Array;
  /** Weights in each of its groups: ranks are below it. */
  readonly group: number;
  /** 1 where it is a general neuron: among the {@link bestOf} its group for what is not of the concept. */
  readonly general: Uint8Array;
  /** 1 where an earlier concept of the server has it. */
  readonly taken: Uint8Array;
}

/** The concept neurons of a lesson. */
export interface Selection {
  /** By head name: indices into the [in, out] matrix, ordered by output and then by input. */
  readonly neurons: ReadonlyMap<string, Uint32Array>;
  readonly count: number;
  /**
   * Share of the base neurons that are general neurons too, 0 to 1, both being the {@link bestOf} their groups, however many are chosen;
   * absent where none were.
   */
  readonly overlap?: number;
}

/** How many, and from where. */
export interface SelectionLimits {
  readonly wanted: number;
  /** A concept takes at most this share of the weights that it could have, so that those to come find some too; 0 to 1. */
  readonly mostOfFree: number;
  /** Share of a group that counts as general neurons, and where their overlap is told as base ones; 0 to 1. */
  readonly generalShare: number;
}

/** How many weights of a group count as general neurons, and where their overlap is told as base ones. */
export function bestOf(group: number, generalShare: number): number {
  return Math.ceil(generalShare * group);
}

/** Where nothing but the embedding trains. */
export function noNeurons(heads: readonly Head[]): Selection {
  return { neurons: new Map(heads.map(({ name }) => [name, new Uint32Array()])), count: 0 };
}

/**
 * Concept neurons: base minus general, minus those of earlier concepts. Base are the first of each group's ranking, down to where that makes
 * as many as `wanted`; groups are treated alike, as Wanda does.
 * Raises 'invalid-option' where hardly any weight is free.
 */
export function selectNeurons(ranks: readonly HeadRanks[], limits: SelectionLimits): Selection {
  const depths = depthsOf(ranks);
  const counts = candidatesByDepth(ranks, depths);
  const room = Math.floor(counts.reduce((sum, count) => sum + count, 0) * limits.mostOfFree);
  if (room < fewestNeurons)
    raise(
      'invalid-option',
      'This server has taught so much that hardly a weight is free. Forget a concept first.',
    );
  const count = Math.min(limits.wanted, room);
  const isChosen = chooser(counts, count);
  const neurons = new Map(
    ranks.map((entry) => [entry.head.name, chosen(entry, (index) => isChosen(depths.of(entry, index)))]),
  );
  return { neurons, count, overlap: overlapOf(ranks, limits) };
}

interface Depths {
  readonly count: number;
  /** How far down its group's ranking a weight is; groups of different sizes are brought to the largest one's. */
  of(entry: HeadRanks, index: number): number;
}

function depthsOf(ranks: readonly HeadRanks[]): Depths {
  const count = Math.max(...ranks.map(({ group }) => group));
  return {
    count,
    of: ({ concept, group }, index) => Math.floor(((concept[index] as number) * count) / group),
  };
}

function isCandidate({ general, taken }: HeadRanks, index: number): boolean {
  return taken[index] === 0 && general[index] === 0;
}

function candidatesByDepth(ranks: readonly HeadRanks[], depths: Depths): Uint32Array {
  const counts = new Uint32Array(depths.count);
  for (const entry of ranks) {
    for (let index = 0; index < entry.concept.length; index++) {
      if (!isCandidate(entry, index)) continue;
      const depth = depths.of(entry, index);
      counts[depth] = (counts[depth] as number) + 1;
    }
  }
  return counts;
}

/** Takes every candidate of the first depths; of the first depth that is too many, as many as are missing, evenly spread. */
function chooser(counts: Uint32Array, count: number): (depth: number) => boolean {
  let last = 0;
  let missing = count;
  while (missing > (counts[last] as number)) missing -= counts[last++] as number;
  const there = counts[last] as number;
  const taken = (seen: number) => (seen === there ? missing : Math.floor((missing / there) * seen));
  let seen = 0;
  return (depth) => depth < last || (depth === last && taken(++seen) > taken(seen - 1));
}

function chosen(entry: HeadRanks, isChosen: (index: number) => boolean): Uint32Array {
  const { inFeatures, outFeatures } = entry.head;
  const indices: number[] = [];
  for (let out = 0; out < outFeatures; out++) {
    for (let j = 0; j < inFeatures; j++) {
      const index = j * outFeatures + out;
      if (isCandidate(entry, index) && isChosen(index)) indices.push(index);
    }
  }
  return Uint32Array.from(indices);
}

function overlapOf(ranks: readonly HeadRanks[], { generalShare }: SelectionLimits): number {
  let base = 0;
  let both = 0;
  for (const { concept, general, group } of ranks) {
    const best = bestOf(group, generalShare);
    concept.forEach((rank, index) => {
      if (rank >= best) return;
      base += 1;
      both += general[index] as number;
    });
  }
  return base === 0 ? 0 : both / base;
}
