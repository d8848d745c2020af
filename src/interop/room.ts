import type { HeadWeights } from '../diffusion/heads.ts';
import type { Model } from '../diffusion/model.ts';
import type { Head } from '../onnx/cut/unet.ts';
import type { ConceptWeights, SparseWeights } from '../personalize/concept-file.ts';
import { inOutIndex } from '../personalize/concepts.ts';
import type { WantedWeights } from './format.ts';

/** What a change becomes on a server: the places that it gets, and how much of it they hold. */
export interface Room {
  readonly heads: ReadonlyMap<string, SparseWeights>;
  /** Weights taken, of all heads together. */
  readonly neurons: number;
  /** Part of the change's energy Σ‖ΔW‖²_F that they hold, 0 to 1. */
  readonly kept: number;
  /** Part of the weights given that have the base model's sign: half of them where the two have nothing to do with each other. */
  readonly agreement: number;
}

/**
 * Room for changed matrices among the weights that no earlier concept has everywhere: the places of the largest changes, over all
 * heads together, no more than a concept may take. What finds none stays as it is in the base model. A concept that says
 * its places gets those of them that are free.
 * @param mostOfFree part of the free weights that one concept takes at most, so that those to come find some too, 0 to 1
 */
export function findRoom(
  { heads, baseWeights }: Pick<Model, 'heads' | 'baseWeights'>,
  wanted: ReadonlyMap<string, WantedWeights>,
  earlier: readonly ConceptWeights[],
  mostOfFree: number,
): Room {
  const changed = heads.map((head) => changesOf(head, baseWeights, earlier, wanted.get(head.name)));
  const ranks = createRanks();
  let [free, given, agreeing] = [0, 0, 0];
  for (const { taken, each } of changed) {
    free += taken.reduce((sum, one) => sum + 1 - one, 0);
    each((_place, value, change, isFree) => {
      given += 1;
      if (value * (value - change) >= 0) agreeing += 1;
      ranks.add(change, isFree);
    });
  }
  const placed = [...wanted.values()].every(({ indices }) => indices);
  const isChosen = placed ? () => true : ranks.chooser(Math.floor(mostOfFree * free));
  let [neurons, kept] = [0, 0];
  const found = new Map<string, SparseWeights>();
  for (const { head, each } of changed) {
    const [indices, values]: [number[], number[]] = [[], []];
    each((place, value, change, isFree) => {
      if (!isFree || !isChosen(change)) return;
      indices.push(place);
      values.push(value);
      kept += change * change;
    });
    neurons += indices.length;
    found.set(head.name, { indices: Uint32Array.from(indices), values: Float32Array.from(values) });
  }
  const total = ranks.energy();
  return {
    heads: found,
    neurons,
    kept: total === 0 ? 1 : Math.min(1, kept / total),
    agreement: given === 0 ? 0 : agreeing / given,
  };
}

type Visit = (place: number, value: number, change: number, isFree: boolean) => void;

/** One head's weights, and those of them that should change. */
function changesOf(
  head: Head,
  baseWeights: HeadWeights,
  earlier: readonly ConceptWeights[],
  wanted: WantedWeights | undefined,
) {
  const weights = baseWeights.get(head.name) as Float32Array;
  const taken = takenIn(head, earlier);
  const each = (visit: Visit) =>
    wanted?.values.forEach((value, i) => {
      const place = wanted.indices?.[i] ?? i;
      visit(place, value, value - (weights[inOutIndex(place, head)] as number), taken[place] === 0);
    });
  return { head, taken, each };
}

/** 1 where one of the concepts has the weight, [out, in]. */
function takenIn({ name, inFeatures, outFeatures }: Head, concepts: readonly ConceptWeights[]): Uint8Array {
  const taken = new Uint8Array(inFeatures * outFeatures);
  for (const { heads, following } of concepts) {
    if (following !== undefined) continue;
    for (const place of heads.get(name)?.indices ?? []) taken[place] = 1;
  }
  return taken;
}

/** Changes of about the same size share a rank: the exponent of a float32 and the first 12 bits of its fraction. */
const dropped = 11;
const rankCount = 2 ** (31 - dropped);
const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

function rankOf(change: number): number {
  single[0] = Math.abs(change);
  return (bits[0] as number) >>> dropped;
}

/** Counts changes by their size, so that the largest are found without sorting them all. */
function createRanks() {
  const counts = new Uint32Array(rankCount);
  let total = 0;

  /** The lowest rank that is taken as a whole, and how many more may be of the one below. */
  function lowest(most: number): { readonly rank: number; readonly more: number } {
    let count = 0;
    for (let rank = rankCount - 1; rank > 0; rank--) {
      if (count + (counts[rank] as number) > most) return { rank: rank + 1, more: most - count };
      count += counts[rank] as number;
    }
    return { rank: 1, more: 0 };
  }

  return {
    energy: () => total,
    add(change: number, isFree: boolean): void {
      total += change * change;
      if (!isFree) return;
      const rank = rankOf(change);
      counts[rank] = (counts[rank] as number) + 1;
    },
    /** Takes the largest free changes, at most so many; of those that are alike at the end, evenly spread ones. */
    chooser(most: number): (change: number) => boolean {
      const { rank: least, more } = lowest(most);
      const there = counts[least - 1] as number;
      const share = (seen: number) => Math.floor((more * seen) / there);
      let seen = 0;
      return (change) => {
        const rank = rankOf(change);
        return rank >= least || (more > 0 && rank === least - 1 && share(++seen) > share(seen - 1));
      };
    },
  };
}
