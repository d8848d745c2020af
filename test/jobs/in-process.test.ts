import { describe, expect, it } from 'vitest';
import { inProcessJobs } from '../../src/jobs/in-process.ts';
import { whenAble } from '../../src/jobs/when-able.ts';
import { success } from '../../src/result.ts';
import { type TestJobs, testJobs } from './suite.ts';

describe('jobs in this process', () => {
  testJobs({
    open: (lane, handlers) => inProcessJobs({ teach: lane, imagine: lane })<TestJobs>(handlers),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  });

  it('begin when they can be done, and leave the line when they are cancelled before', async () => {
    let able = false;
    const begun: number[] = [];
    const queue = inProcessJobs({ teach: { running: 1, perServer: 3, able: () => able } })<{
      teach: { data: number; outcome: number };
    }>({
      async teach(_, data) {
        begun.push(data);
        return success(data);
      },
    });
    const cancelling = new AbortController();
    const heard: number[] = [];
    const cancelled = queue.run('teach', 'a', 1, { signal: cancelling.signal });
    const other = queue.run('teach', 'b', 2, { onPosition: (ahead) => heard.push(ahead) });
    cancelling.abort();
    expect(await cancelled).toMatchObject({ problem: { code: 'cancelled' } });
    await expect.poll(() => heard).toEqual([1]);
    expect(begun).toEqual([]);
    able = true;
    expect(await other).toEqual(success(2));
    expect([begun, heard]).toEqual([[2], [1, 0]]);
  });

  it('are not waited with for ever for what does them', async () => {
    const stays = new AbortController().signal;
    await whenAble(() => false, stays, 300);
    await whenAble(() => false, AbortSignal.abort());
    await whenAble(() => true, stays);
  });

  it('that throw reject alone; the next one runs', async () => {
    const queue = inProcessJobs({ teach: { running: 1, perServer: 3 } })<{
      teach: { data: number; outcome: number };
    }>({
      teach: async (_, data) => {
        if (data === 1) throw new Error('bug');
        return success(data);
      },
    });
    const jobs = [queue.run('teach', 'a', 1), queue.run('teach', 'a', 2)];
    await expect(jobs[0]).rejects.toThrow('bug');
    expect(await jobs[1]).toEqual(success(2));
  });
});
