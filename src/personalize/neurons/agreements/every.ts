import type { Agreement } from '../agreement.ts';
import { placesIn } from '../ranking.ts';

/**
 * AND: a weight is among the best k where it is for every caption, so its rank is its worst one. Masks of any k come
 * from this one ranking.
 */
export const every: Agreement = {
  ranks(ranker, norms) {
    const worst = new Uint32Array(ranker.size);
    for (const norm of norms) raise(worst, ranker.ranks(norm));
    return worst;
  },
  amongBest(ranker, norms, best) {
    const { certain, open, ...narrowed } = ranker.narrowed(norms, best);
    let left = placesIn(narrowed.ranker);
    for (const norm of norms) left = narrowed.ranker.amongBest(norm, narrowed.best, left);
    const among = new Uint8Array(ranker.size);
    for (const place of certain) among[place] = 1;
    for (const place of left) among[open[place] as number] = 1;
    return among;
  },
};

function raise(worst: Uint32Array, ranks: Uint32Array): void {
  for (let i = 0; i < worst.length; i++)
    if ((ranks[i] as number) > (worst[i] as number)) worst[i] = ranks[i] as number;
}
