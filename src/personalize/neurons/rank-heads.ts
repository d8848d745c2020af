import type { Head } from '../../onnx/cut/unet.ts';
import { type AgreementName, agreements } from './agreements/index.ts';
import { byName, headsOf } from './by-head.ts';
import { createRanker, type Group, roomFor, scatter, sizeOf } from './ranking.ts';
import { bestOf } from './select.ts';

/** What is to be known of the weights of some heads, in plain data. */
export interface RankQuestion {
  readonly groups: readonly Group[];
  /** By head name, [in, out]. */
  readonly magnitudes: ReadonlyMap<string, Float32Array>;
  readonly norms: readonly Float32Array[];
  readonly agreement: AgreementName;
  /** Share of each group that is asked for, 0 to 1; where absent, the rank of every weight is. */
  readonly share?: number;
}

/** By head name, [in, out]: 1 where a weight is in the share that was asked for, or its rank in its group. */
export type RankAnswer = ReadonlyMap<string, Uint8Array | Uint16Array | Uint32Array>;

/**
 * Ranks each group by itself. Ranks are 16 bits wide where no group has more than 2¹⁶ weights; where a weight is in no group,
 * 0 stands.
 */
export function rankHeads(question: RankQuestion): RankAnswer {
  const { groups, magnitudes, norms, agreement, share } = question;
  const { ranks, amongBest } = agreements[agreement];
  const Elements = share !== undefined ? Uint8Array : largestOf(groups) > 2 ** 16 ? Uint32Array : Uint16Array;
  const answer = byName(
    headsOf(groups),
    ({ inFeatures, outFeatures }: Head) => new Elements(inFeatures * outFeatures),
  );
  const room = roomFor(groups);
  for (const group of groups) {
    const ranker = createRanker(group, magnitudes, room);
    const told =
      share === undefined ? ranks(ranker, norms) : amongBest(ranker, norms, bestOf(ranker.size, share));
    scatter(group, told, answer);
  }
  return answer;
}

function largestOf(groups: readonly Group[]): number {
  return Math.max(...groups.map(sizeOf));
}
