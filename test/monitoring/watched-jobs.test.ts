import { expect, test } from 'vitest';
import { inProcessJobs } from '../../src/jobs/in-process.ts';
import { watchedJobs } from '../../src/monitoring/watched-jobs.ts';
import { failure, type Result, success } from '../../src/result.ts';

type Types = { teach: { data: string; outcome: string } };

function scene() {
  const told: string[] = [];
  const lines: object[] = [];
  const started: ((result: Result<string>) => void)[] = [];
  const write = (details: object, message: string) => void lines.push({ ...details, message });
  let jobs = 0;
  const waits: (number | undefined)[] = [];
  const job = (_: string, waited?: number) => {
    const number = ++jobs;
    waits.push(waited);
    return {
      began: () => void told.push(`${number} began`),
      ended: (result: Result<unknown>) =>
        void told.push(`${number} ${result.ok ? 'done' : result.problem.code}`),
    };
  };
  const driver = watchedJobs(
    inProcessJobs({ teach: { running: 1, perServer: 2 } }),
    { job },
    { info: write, error: write },
  );
  const queue = driver<Types>({
    teach: (_, data) =>
      data === 'bug'
        ? Promise.reject(new Error('a bug'))
        : new Promise((resolve) => started.push((result) => resolve(result))),
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { told, lines, waits, queue, started, settle };
}

test('each job is told of when its turn comes and when it ends, with its id, and nothing of what is in it', async () => {
  const { told, lines, queue, started, settle } = scene();
  const positions: number[] = [];
  const jobs = [
    queue.run('teach', 'a', 'words', { job: 'j1' }),
    queue.run('teach', 'a', 'words', { job: 'j2', onPosition: (ahead) => positions.push(ahead) }),
    queue.run('teach', 'a', 'words', { job: 'j3' }),
  ];
  await settle();
  expect(told).toEqual(['1 began', '3 not-allowed']);
  started[0]!(success('x'));
  await settle();
  await settle();
  started[1]!(failure('invalid-model', 'x'));
  expect((await Promise.all(jobs)).map(({ ok }) => ok)).toEqual([true, false, false]);
  const of = (number: number) => told.filter((one) => one.startsWith(`${number} `));
  expect([of(1), of(2)]).toEqual([
    ['1 began', '1 done'],
    ['2 began', '2 invalid-model'],
  ]);
  expect(positions).toEqual([1, 0]);
  expect(lines).toContainEqual(
    expect.objectContaining({ job: 'j2', kind: 'teach', outcome: 'invalid-model' }),
  );
  expect(JSON.stringify(lines)).not.toContain('words');
});

test('a job that was accepted before this process began has waited since then, by whichever clock it was', async () => {
  const { waits, queue, started, settle } = scene();
  const jobs = [60_000, -60_000].map((ago, i) =>
    queue.run('teach', `server ${i}`, 'words', { acceptedAt: Date.now() - ago }),
  );
  await settle();
  expect(waits[0]).toBeCloseTo(60, 0);
  expect(waits[1]).toBe(0);
  started[0]!(success('x'));
  await settle();
  started[1]!(success('x'));
  await Promise.all(jobs);
});

test('a job that ends by a bug has ended too, and the bug goes on its way', async () => {
  const { told, queue } = scene();
  await expect(queue.run('teach', 'a', 'bug')).rejects.toThrow('a bug');
  expect(told).toEqual(['1 began', '1 engine-down']);
});
