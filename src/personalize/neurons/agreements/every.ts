import type { Agreement } from '../agreement.ts';

/**
 * AND: a weight is among the best k where it is for every caption, so its rank is its worst one. Masks of any k come
 * from this one ranking.
 */
export const every: Agreement = {
  ranks(ranker, norms) {
    const worst = new Uint32Array(ranker.size);
    for (const norm of norms) {
      ranker.ranks(norm).forEach((rank, i) => {
        if (rank > (worst[i] as number)) worst[i] = rank;
      });
    }
    return worst;
  },
  amongBest(ranker, norms, best) {
    const among = new Uint8Array(ranker.size);
    let left = Array.from({ length: ranker.size }, (_, i) => i);
    for (const norm of norms) left = stillAmong(left, ranker.keys(norm), best);
    for (const i of left) among[i] = 1;
    return among;
  },
};

/** How often the weakest is asked and dropped before all are sorted. */
const mostDrops = 16;

/** Those left that have one of the `best` largest keys. The weakest is asked first: where it stays, all do. */
function stillAmong(left: number[], keys: Float64Array, best: number): number[] {
  if (left.length > best) return withLargest(left, keys, best);
  for (let dropped = 0; left.length > 0; dropped++) {
    if (dropped === mostDrops) return withLargest(left, keys, best);
    let weakest = 0;
    for (let i = 1; i < left.length; i++)
      if ((keys[left[i] as number] as number) < (keys[left[weakest] as number] as number)) weakest = i;
    const own = keys[left[weakest] as number] as number;
    let better = 0;
    for (let j = 0; j < keys.length; j++) better += Number((keys[j] as number) > own);
    if (better < best) return left;
    left[weakest] = left.at(-1) as number;
    left.pop();
  }
  return left;
}

function withLargest(left: readonly number[], keys: Float64Array, best: number): number[] {
  const least = keys.toSorted()[keys.length - best] ?? Number.POSITIVE_INFINITY;
  return left.filter((i) => (keys[i] as number) >= least);
}
