import { describe, expect, it } from 'vitest';
import { inProcessJobs } from '../../src/jobs/in-process.ts';
import { success } from '../../src/result.ts';
import { type TestJobs, testJobs } from './suite.ts';

describe('jobs in this process', () => {
  testJobs({
    open: (lane, handlers) => inProcessJobs({ teach: lane, imagine: lane })<TestJobs>(handlers),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
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
