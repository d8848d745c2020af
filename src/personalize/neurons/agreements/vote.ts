import type { Agreement } from '../agreement.ts';
import { placesIn } from '../ranking.ts';

/** Share of the captions that must agree. */
const quorum = 0.5;

/**
 * A weight is among the best k where it is for at least half of the captions, as concept-prune has it over timesteps
 * (Chavhan et al. 2024): its rank is the one that half of the captions do not fall below.
 */
export const vote: Agreement = {
  ranks(ranker, norms) {
    const columns = norms.map((norm) => ranker.ranks(norm).slice());
    const own = new Uint32Array(norms.length);
    return new Uint32Array(ranker.size).map((_, i) => {
      for (const [caption, ranks] of columns.entries()) own[caption] = ranks[i] as number;
      return own.sort()[votesNeeded(norms) - 1] as number;
    });
  },
  amongBest(ranker, norms, best) {
    const votes = new Uint32Array(ranker.size);
    const places = placesIn(ranker);
    for (const norm of norms)
      for (const place of ranker.amongBest(norm, best, places.slice()))
        votes[place] = (votes[place] as number) + 1;
    return Uint8Array.from(votes, (count) => Number(count >= votesNeeded(norms)));
  },
};

function votesNeeded({ length }: readonly Float32Array[]): number {
  return Math.ceil(quorum * length);
}
