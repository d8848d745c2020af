import { expect, test } from 'vitest';
import type { JobContext } from '../../src/jobs/queue.ts';
import { watchedHandlers } from '../../src/monitoring/watched-handlers.ts';
import { failure, type Result, success } from '../../src/result.ts';

type Types = { teach: { data: string; outcome: string }; imagine: { data: string; outcome: string } };

test('a worker tells when it begins a job and how that ended, with its id, and nothing of what is in it', async () => {
  const told: string[] = [];
  const lines: object[] = [];
  const write = (details: object, message: string) => void lines.push({ ...details, message });
  const job = (kind: string) => ({
    began: () => void told.push(`${kind} began`),
    ended: (result: Result<unknown>) => void told.push(`${kind} ${result.ok ? 'done' : result.problem.code}`),
  });
  const handlers = watchedHandlers<Types>(
    {
      teach: async (server, words) => success(`${server} ${words}`),
      imagine: async () => failure('engine-down', 'x'),
    },
    { job },
    { info: write, error: write },
  );
  const context = { job: 'j1' } as JobContext;
  expect(await handlers.teach('a', 'words', context)).toEqual(success('a words'));
  expect(await handlers.imagine('a', 'words', context)).toEqual(failure('engine-down', 'x'));
  expect(told).toEqual(['teach began', 'teach done', 'imagine began', 'imagine engine-down']);
  expect(lines).toMatchObject([
    { job: 'j1', kind: 'teach' },
    { job: 'j1', kind: 'teach', outcome: 'done' },
    { job: 'j1', kind: 'imagine' },
    { job: 'j1', kind: 'imagine', outcome: 'engine-down' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('words');
});
