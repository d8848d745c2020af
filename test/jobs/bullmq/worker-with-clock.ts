import { setTimeout as pause } from 'node:timers/promises';
import { workOn } from '../../../src/jobs/bullmq/working.ts';
import { success } from '../../../src/result.ts';
import type { TestJobs } from '../suite.ts';

const [url = '', prefix = '', hours = '0'] = process.argv.slice(2);
const right = Date.now;
Date.now = () => right() + Number(hours) * 3_600_000;

const slow = async (server: string, data: string) => {
  await pause(50);
  return success(`${server}${data}`);
};
workOn<TestJobs>(
  { teach: slow, imagine: slow },
  {
    url,
    prefix,
    model: { id: 'model-1', name: 'one' },
    running: { teach: 1, imagine: 1 },
    silentMilliseconds: 1500,
    onError: () => {},
  },
);
console.log('it works');
