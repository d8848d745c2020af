import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Turns } from '../method.ts';
import { type RankAnswer, type RankQuestion, rankHeads } from './rank-heads.ts';
import { type Group, sizeOf } from './ranking.ts';

/** When ranking is spread over worker threads, and over how many. */
export interface RankThreads {
  /** At most so many. */
  readonly threads: number;
  /** Scores from which on it is worth to start them, which takes about as long as this many take one. */
  readonly worthwhile: number;
}

/** All that is to be ranked, in parts that are questions of their own. */
export interface Ranking {
  readonly parts: readonly (readonly Group[])[];
  readonly norms: RankQuestion['norms'];
  /** Makes a part's question when it is asked, since together they would be as large as all matrices. */
  question(groups: readonly Group[]): RankQuestion;
}

const usual: RankThreads = { threads: Math.min(8, availableParallelism()), worthwhile: 1e8 };

/**
 * Answers the question of each part, as many at a time as there are cores where all take long, as for a model of Stable Diffusion's size.
 * @param onAnswer told in any order
 */
export async function rankAll(
  { parts, norms, question }: Ranking,
  onAnswer: (at: number, answer: RankAnswer) => void,
  { turn }: Turns,
  { threads, worthwhile } = usual,
): Promise<void> {
  const scores = norms.length * parts.flat().reduce((sum, group) => sum + sizeOf(group), 0);
  if (threads === 1 || parts.length === 1 || scores <= worthwhile) {
    for (const [at, groups] of parts.entries()) onAnswer(at, await turn(() => rankHeads(question(groups))));
    return;
  }
  const waiting = [...parts.entries()];
  const workers = Array.from({ length: Math.min(threads, parts.length) }, startWorker);
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [at, groups] = next;
          onAnswer(at, await askWorker(worker, await turn(() => question(groups))));
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorker(): Worker {
  return new Worker(new URL('./rank-worker.ts', import.meta.url));
}

async function askWorker(worker: Worker, question: RankQuestion): Promise<RankAnswer> {
  worker.postMessage(question);
  const [answer] = (await once(worker, 'message')) as [RankAnswer];
  return answer;
}
