import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Turns } from '../method.ts';
import { type RankAnswer, type RankQuestion, rankHeads, scoresIn } from './rank-heads.ts';

/** When ranking is spread over worker threads, and over how many. */
export interface RankThreads {
  /** At most so many. */
  readonly threads: number;
  /** Scores from which on it is worth to start them, which takes about as long as this many take one. */
  readonly worthwhile: number;
}

const usual: RankThreads = { threads: Math.min(8, availableParallelism()), worthwhile: 1e8 };

/**
 * Answers questions, as many at a time as there are cores where they are long ones, as for a model of Stable Diffusion's size.
 * @param makes makes each when it is asked, since together they would be as large as all matrices
 * @param onAnswer told in any order
 */
export async function rankAll(
  makes: readonly (() => RankQuestion)[],
  onAnswer: (at: number, answer: RankAnswer) => void,
  { turn }: Turns,
  { threads, worthwhile } = usual,
): Promise<void> {
  const [first] = makes;
  const isLong = first !== undefined && scoresIn(first()) * makes.length > worthwhile;
  if (threads === 1 || makes.length === 1 || !isLong) {
    for (const [at, make] of makes.entries()) onAnswer(at, await turn(() => rankHeads(make())));
    return;
  }
  const waiting = [...makes.entries()];
  const workers = Array.from({ length: Math.min(threads, makes.length) }, startWorker);
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [at, make] = next;
          onAnswer(at, await askWorker(worker, await turn(make)));
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
