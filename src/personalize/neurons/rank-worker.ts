/** A thread that answers one question after another; see rank-all.ts. */
import { parentPort } from 'node:worker_threads';
import { type RankQuestion, rankHeads } from './rank-heads.ts';

parentPort?.on('message', (question: RankQuestion) => {
  const answer = rankHeads(question);
  parentPort?.postMessage(
    answer,
    [...answer.values()].map(({ buffer }) => buffer as ArrayBuffer),
  );
});
