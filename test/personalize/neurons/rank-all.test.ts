import { expect, test } from 'vitest';
import { type Ranking, rankAll } from '../../../src/personalize/neurons/rank-all.ts';
import type { RankAnswer, RankQuestion } from '../../../src/personalize/neurons/rank-heads.ts';
import { scopes } from '../../../src/personalize/neurons/scopes/index.ts';
import { ProblemError } from '../../../src/result.ts';
import { headOf, normals } from '../head.ts';
import { plainHooks } from '../tiny.ts';

const heads = ['a', 'b', 'c', 'd', 'e'].map((name, at) => headOf(24, 8 + at, `${name}.to_k`));
const magnitudes = new Map(
  heads.map(({ name, inFeatures, outFeatures }, at) => [name, normals(at, inFeatures * outFeatures)]),
);
const norms = [11, 12, 13].map((seed) => normals(seed, 24).map(Math.abs));

const rankingOf = (rest: Pick<RankQuestion, 'agreement' | 'share'>): Ranking => ({
  parts: scopes.row(heads),
  norms,
  question: (groups) => ({ groups, magnitudes, norms, ...rest }),
});

async function answersOf(ranking: Ranking, threads: number, worthwhile = 0): Promise<readonly RankAnswer[]> {
  const answers: RankAnswer[] = [];
  const onAnswer = (at: number, answer: RankAnswer) => {
    answers[at] = answer;
  };
  await rankAll(ranking, onAnswer, plainHooks, { threads, worthwhile });
  return answers;
}

test.each([
  ['ranks', { agreement: 'every' }],
  ['the best', { agreement: 'every', share: 0.3 }],
  ['the best by vote', { agreement: 'vote', share: 0.5 }],
] as const)('threads answer as one does, each question in its place: %s', async (_, rest) => {
  const [alone, together] = [await answersOf(rankingOf(rest), 1), await answersOf(rankingOf(rest), 3)];
  expect(together).toHaveLength(heads.length);
  expect(together).toEqual(alone);
  expect(together.flatMap((answer) => [...answer.keys()])).toEqual(heads.map(({ name }) => name));
});

test('threads stop where nobody waits any more', async () => {
  let turns = 0;
  const turn: typeof plainHooks.turn = async (action) => {
    if (++turns > 2) throw new ProblemError({ code: 'cancelled', message: 'Nobody waits.' });
    return action();
  };
  const rest = { agreement: 'every' } as const;
  await expect(rankAll(rankingOf(rest), () => {}, { turn }, { threads: 2, worthwhile: 0 })).rejects.toThrow(
    'Nobody waits.',
  );
});

test('what goes wrong in a thread is raised', async () => {
  const ranking = rankingOf({ agreement: 'every' });
  const broken: Ranking = {
    ...ranking,
    question: (groups) => ({ ...ranking.question(groups), magnitudes: new Map() }),
  };
  await expect(answersOf(broken, 2)).rejects.toThrow();
});

test('threads are started where all parts together are worth it, however small the first', async () => {
  const ranking = rankingOf({ agreement: 'every' });
  /** No thread can be sent it. */
  const here: Ranking = {
    ...ranking,
    question: (groups) => Object.assign(ranking.question(groups), { at: () => 'home' }),
  };
  const scores = norms.length * heads.reduce((sum, head) => sum + head.inFeatures * head.outFeatures, 0);
  expect(await answersOf(here, 2, scores)).toHaveLength(heads.length);
  await expect(answersOf(here, 2, scores - 1)).rejects.toThrow('could not be cloned');
});
