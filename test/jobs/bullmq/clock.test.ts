import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { success } from '../../../src/result.ts';
import { type House, shareRedis } from './house.ts';

const newHouse = shareRedis();

/** A worker in a process of its own, whose clock is wrong by so many hours; resolves when it takes jobs. */
async function workerWithClock({ redis, prefix }: House, hours: number): Promise<ChildProcess> {
  const file = join(import.meta.dirname, 'worker-with-clock.ts');
  const args = ['--disable-warning=ExperimentalWarning', file, redis.url, prefix, String(hours)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

test.each([-1, 1])(
  'workers of which one has a clock that is wrong by %i hours do all jobs, each server’s in their order',
  async (hours) => {
    const house = newHouse();
    const skewed = await workerWithClock(house, hours);
    const bot = house.bot();
    const ended: string[] = [];
    const jobs: Promise<unknown>[] = [];
    const ask = async (server: string, number: string) => {
      const inLine = Promise.withResolvers<unknown>();
      const job = bot.run('teach', server, number, { onPosition: inLine.resolve });
      jobs.push(job.then((outcome) => ended.push(`${server}${number}`) && outcome));
      await inLine.promise;
    };
    const numbers = ['1', '2', '3', '4', '5', '6'];
    for (const number of numbers) for (const server of ['a', 'b']) await ask(server, number);
    const handler = async (server: string, data: string) => success(`${server}${data}`);
    house.worker({ teach: handler, imagine: handler }, { silentMilliseconds: 1500 });
    await expect.poll(() => ended.length).toBeGreaterThan(3);
    skewed.kill('SIGKILL');
    expect(await Promise.all(jobs)).toEqual(
      numbers.flatMap((number) => [success(`a${number}`), success(`b${number}`)]),
    );
    for (const server of ['a', 'b'])
      expect(ended.filter((one) => one.startsWith(server)).map((one) => one.slice(1))).toEqual(numbers);
  },
);
