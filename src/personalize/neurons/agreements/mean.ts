import type { Agreement } from '../agreement.ts';
import { placesIn } from '../ranking.ts';

/** One ranking by the captions' mean square norms: what Wanda itself does with its calibration samples (Sun et al. 2023). */
export const mean: Agreement = {
  ranks: (ranker, norms) => ranker.ranks(rootMeanSquares(norms)),
  amongBest(ranker, norms, best) {
    const among = new Uint8Array(ranker.size);
    for (const place of ranker.amongBest(rootMeanSquares(norms), best, placesIn(ranker))) among[place] = 1;
    return among;
  },
};

/** Of each feature over all captions. */
function rootMeanSquares(norms: readonly Float32Array[]): Float32Array {
  return Float32Array.from(norms[0] ?? [], (_, j) =>
    Math.sqrt(norms.reduce((sum, norm) => sum + (norm[j] as number) ** 2, 0) / norms.length),
  );
}
