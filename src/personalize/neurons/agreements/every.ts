import type { Agreement } from '../agreement.ts';
import type { Ranker } from '../ranking.ts';

/**
 * AND: a weight is among the best k where it is for every caption, so its rank is its worst one. Masks of any k come
 * from this one ranking.
 */
export const every: Agreement = {
  ranks(ranker, norms) {
    const worst = new Uint32Array(ranker.size);
    for (const norm of norms) {
      const ranks = ranker.ranks(norm);
      for (let i = 0; i < worst.length; i++)
        if ((ranks[i] as number) > (worst[i] as number)) worst[i] = ranks[i] as number;
    }
    return worst;
  },
  amongBest(ranker, norms, best) {
    const among = new Uint8Array(ranker.size);
    const left = Uint32Array.from(among.keys());
    let count = left.length;
    for (const norm of norms) count = keepAmong(left, count, { ranker, norm, best });
    for (let at = 0; at < count; at++) among[left[at] as number] = 1;
    return among;
  },
};

interface Question {
  readonly ranker: Ranker;
  readonly norm: Float32Array;
  readonly best: number;
}

/** How often the weakest is asked and dropped before all are ranked. */
const mostDrops = 16;

/**
 * Moves those of the first `count` that are among the best to the front. The weakest is asked first: where it stays, all do.
 * @returns how many are left
 */
function keepAmong(left: Uint32Array, count: number, question: Question): number {
  const { ranker, norm, best } = question;
  if (count > best) return keepRanked(left, count, question);
  const scores = ranker.scores(norm);
  let rest = count;
  for (let dropped = 0; rest > 0; dropped++) {
    if (dropped === mostDrops) return keepRanked(left, rest, question);
    const at = weakest(left, rest, scores);
    if (better(left[at] as number, scores) < best) return rest;
    rest--;
    left[at] = left[rest] as number;
  }
  return rest;
}

/** Of equal scores, that of a weight that comes later counts as the larger one. */
function weakest(left: Uint32Array, count: number, scores: Uint32Array): number {
  let found = 0;
  let place = left[0] as number;
  let least = scores[place] as number;
  for (let at = 1; at < count; at++) {
    const other = left[at] as number;
    const score = scores[other] as number;
    if (score > least || (score === least && other > place)) continue;
    found = at;
    place = other;
    least = score;
  }
  return found;
}

/** How many are better than one. */
function better(place: number, scores: Uint32Array): number {
  const own = scores[place] as number;
  let count = 0;
  for (let i = 0; i < place; i++) if ((scores[i] as number) > own) count++;
  for (let i = place + 1; i < scores.length; i++) if ((scores[i] as number) >= own) count++;
  return count;
}

function keepRanked(left: Uint32Array, count: number, { ranker, norm, best }: Question): number {
  const ranks = ranker.ranks(norm);
  let rest = 0;
  for (let at = 0; at < count; at++) {
    const place = left[at] as number;
    if ((ranks[place] as number) < best) left[rest++] = place;
  }
  return rest;
}
