import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { expect, onTestFinished, test } from 'vitest';
import { type JobHandlers, type JobOptions, stopping } from '../../../src/jobs/queue.ts';
import { failure, success } from '../../../src/result.ts';
import type { TestJobs } from '../suite.ts';
import { heldWorker, shareRedis, silentMilliseconds } from './house.ts';

const newHouse = shareRedis();
/** Writes down what it does, and takes a moment for it. */
function recorder(record: string[], milliseconds = 20): JobHandlers<TestJobs> {
  const handler = async (server: string, data: string) => {
    record.push(`${server}${data}`);
    await delay(milliseconds);
    return success(`${server}${data}`);
  };
  return { teach: handler, imagine: handler };
}

const settle = () => delay(200);

test('three workers and two bots keep the order of each server, and do each job once', async () => {
  const house = newHouse();
  const record: string[] = [];
  for (let worker = 0; worker < 3; worker++) house.worker(recorder(record), { atOnce: 2 });
  const bots = [house.bot({ perServer: 20 }), house.bot({ perServer: 20 })];
  const asked: Promise<unknown>[] = [];
  for (let number = 0; number < 12; number++) {
    for (const server of ['a', 'b', 'c']) {
      const inLine = Promise.withResolvers<unknown>();
      asked.push(bots[number % 2]!.run('teach', server, `${number}`, { onPosition: inLine.resolve }));
      await inLine.promise;
    }
  }
  await Promise.all(asked);
  const numbers = Array.from({ length: 12 }, (_, number) => `${number}`);
  for (const server of ['a', 'b', 'c'])
    expect(record.filter((one) => one.startsWith(server)).map((one) => one.slice(1))).toEqual(numbers);
});

test('a job that is delivered twice is done once', async () => {
  const house = newHouse();
  const { started, begun } = heldWorker(house, { atOnce: 4 });
  const job = house.bot().run('teach', 'a', '1', { job: 'job1' });
  await begun(1);
  const queue = new Queue('teach', { connection: { url: house.redis.url }, prefix: house.prefix });
  onTestFinished(() => queue.close());
  await queue.add(
    'teach',
    { kind: 'teach', server: 'a', id: 'job1' },
    { jobId: 'again', removeOnComplete: true },
  );
  await settle();
  started.at(-1)!.end();
  expect(await job).toEqual(success('a1'));
  await queue.add('teach', { kind: 'teach', server: 'a', id: 'job1' }, { jobId: 'once more' });
  await settle();
  expect(new Set(started.map(({ context }) => context.job))).toEqual(new Set(['job1']));
  expect(started).toHaveLength(1);
});

test('a job that goes on since before its bot was started again is stopped when that bot asks for it as one that was cancelled', async () => {
  const house = newHouse();
  const { started, begun } = heldWorker(house);
  const ending = new AbortController();
  const before = house.bot().run('teach', 'a', '1', { job: 'job1', kept: true, signal: ending.signal });
  await begun(1);
  ending.abort(stopping);
  await before;
  const signal = AbortSignal.abort();
  const after = house.bot().run('teach', 'a', '1', { job: 'job1', kept: true, signal });
  await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
  started[0]!.end(failure('cancelled', 'stopped by its worker'));
  expect(await after).toEqual(failure('cancelled', 'stopped by its worker'));
});

test('a job of a worker that is cut off goes on elsewhere; when that worker comes back it may not store', async () => {
  const house = newHouse();
  const way = await house.way();
  const first = heldWorker(house, { url: way.url });
  const job = house.bot().run('teach', 'a', '1');
  await first.begun(1);
  const second = heldWorker(house);
  way.cut();
  await second.begun(1);
  const [lost, held] = [first.started[0]!, second.started[0]!];
  expect(await held.context.confirm()).toBeGreaterThan(0);
  const storing = expect(lost.context.confirm()).rejects.toThrow('Another worker goes on with this job');
  way.mend();
  await storing;
  await expect.poll(() => lost.context.signal.aborted).toBe(true);
  lost.end(success('of the one that was lost'));
  await settle();
  held.end(success('of the other'));
  expect(await job).toEqual(success('of the other'));
});

test('jobs go on where Redis is killed and started again', async () => {
  const house = newHouse();
  const record: string[] = [];
  house.worker(recorder(record, 60), { silentMilliseconds });
  const bot = house.bot();
  const jobs = ['1', '2', '3', '4'].map((number) => bot.run('teach', 'a', number));
  await expect.poll(() => record.length).toBe(2);
  await house.redis.kill();
  await house.redis.start();
  expect(await Promise.all(jobs)).toEqual(['a1', 'a2', 'a3', 'a4'].map(success));
  expect([...new Set(record)]).toEqual(['a1', 'a2', 'a3', 'a4']);
});

test('where Redis has lost everything, bots put in again what they wait for', async () => {
  const house = newHouse();
  const { started } = heldWorker(house);
  const job = house.bot().run('teach', 'a', '1');
  await expect.poll(() => started.length).toBe(1);
  await house.lose();
  await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
  started[0]!.end(success('of the first'));
  await expect.poll(() => started.length).toBe(2);
  started[1]!.end(success('of the second'));
  expect(await job).toEqual(success('of the second'));
});

test('a job outlives its bot, and is answered to the bot that asks for it next, without being done again', async () => {
  const house = newHouse();
  const { started, begun } = heldWorker(house);
  const controller = new AbortController();
  const options = { job: 'job1', kept: true };
  const before = house.bot().run('teach', 'a', '1', { ...options, signal: controller.signal });
  await begun(1);
  controller.abort(stopping);
  expect(await before).toMatchObject({ problem: { code: 'cancelled' } });
  const bot = house.bot();
  let heard: unknown;
  const onProgress: JobOptions['onProgress'] = (progress) => {
    heard = progress;
  };
  const after = bot.run('teach', 'a', '1', { ...options, onProgress });
  const told = { phase: 'training', step: 1, steps: 9 } as const;
  await expect
    .poll(() => {
      started[0]!.context.onProgress(told);
      return heard;
    })
    .toEqual(told);
  started[0]!.end();
  expect(await after).toEqual(success('a1'));
  expect(await bot.run('teach', 'a', '1', options)).toEqual(success('a1'));
  expect(started).toHaveLength(1);
});

test('a job that failed is done anew when it is asked for again', async () => {
  const house = newHouse();
  const { started, begun } = heldWorker(house);
  const bot = house.bot();
  for (const count of [1, 2]) {
    const job = bot.run('teach', 'a', '1', { job: 'job1', kept: true });
    await begun(count);
    started[count - 1]!.end(failure('engine-down', 'down'));
    expect(await job).toMatchObject({ problem: { code: 'engine-down' } });
  }
});

test('a worker that is stopped gives its job to another', async () => {
  const house = newHouse();
  const { started, worker, begun } = heldWorker(house);
  const job = house.bot().run('teach', 'a', '1');
  await begun(1);
  const closing = worker.close();
  await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
  started[0]!.end(failure('cancelled', 'stopped'));
  await closing;
  const other = heldWorker(house);
  await other.begun(1);
  other.started[0]!.end(success('of the other'));
  expect(await job).toEqual(success('of the other'));
});

test('what is cancelled while its worker is gone is cancelled at once, and done by nobody', async () => {
  const house = newHouse();
  const way = await house.way();
  const { begun } = heldWorker(house, { url: way.url, silentMilliseconds: 500 });
  const controller = new AbortController();
  const job = house.bot().run('teach', 'a', '1', { signal: controller.signal });
  await begun(1);
  way.cut();
  await delay(700);
  controller.abort();
  expect(await job).toMatchObject({ problem: { code: 'cancelled' } });
  const other = heldWorker(house, { silentMilliseconds: 500 });
  await delay(500);
  expect(other.started).toEqual([]);
});

test('a bug in a job is that job’s alone', async () => {
  const house = newHouse();
  const handler = async (_: string, data: string) => {
    if (data === '1') throw new Error('bug');
    return success(data);
  };
  house.worker({ teach: handler, imagine: handler });
  const bot = house.bot();
  const jobs = [bot.run('teach', 'a', '1'), bot.run('teach', 'a', '2')];
  expect(await jobs[0]).toMatchObject({ problem: { code: 'engine-down' } });
  expect(await jobs[1]).toEqual(success('2'));
});

test('nothing is left in Redis of jobs that have ended, but the outcomes of those that may be asked for again', async () => {
  const house = newHouse();
  house.worker(recorder([]));
  const bot = house.bot();
  await Promise.all(['a', 'b'].map((server) => bot.run('teach', server, '1')));
  await bot.run('imagine', 'a', '2', { job: 'kept1', kept: true });
  const ofJobs = (key: string) =>
    /:lines:(job|outcome|line|order|round)|:(teach|imagine):(job|wait|active|delayed)/.test(key);
  await expect
    .poll(async () => (await house.keys()).filter(ofJobs))
    .toEqual([`${house.prefix}:lines:outcome:kept1`]);
});

test('a worker that drains begins nothing more, and its jobs end as if it did not', async () => {
  const house = newHouse();
  const first = heldWorker(house);
  const bot = house.bot();
  const running = bot.run('teach', 'a', '1');
  await first.begun(1);
  const drained = first.worker.drain();
  const waiting = bot.run('teach', 'b', '2');
  await settle();
  expect(first.started.map(({ name }) => name)).toEqual(['a1']);
  first.started[0]!.end();
  expect(await running).toEqual(success('a1'));
  await drained;
  house.worker(recorder([]));
  expect(await waiting).toEqual(success('b2'));
  expect(first.started).toHaveLength(1);
});

test('a job that nobody is there to do has not begun, and begins when there is somebody', async () => {
  const house = newHouse();
  const heard: number[] = [];
  const job = house.bot().run('teach', 'a', '1', { onPosition: (ahead) => heard.push(ahead) });
  await expect.poll(() => heard).toEqual([1]);
  await settle();
  expect(heard).toEqual([1]);
  const { started, begun } = heldWorker(house);
  await begun(1);
  started[0]!.context.onProgress({ phase: 'training', step: 1, steps: 2 });
  await expect.poll(() => heard).toEqual([1, 0]);
  started[0]!.end();
  await job;
});

test('a worker that is not able to do anything begins nothing, and what failed for it is done by another', async () => {
  const house = newHouse();
  let able = true;
  const bad = heldWorker(house, { able: () => able });
  const bot = house.bot();
  const job = bot.run('teach', 'a', '1');
  await bad.begun(1);
  able = false;
  bad.started[0]!.end(failure('engine-down', 'down'));
  const others = [bot.run('teach', 'b', '2'), bot.run('teach', 'c', '3')];
  house.worker(recorder([]));
  expect(await Promise.all([job, ...others])).toEqual(['a1', 'b2', 'c3'].map(success));
  expect(bad.started).toHaveLength(1);
});

test('a job for which the engines of three workers fail is given up', async () => {
  const house = newHouse();
  let able = true;
  let begun = 0;
  const failing = async () => {
    begun++;
    able = false;
    setTimeout(() => {
      able = true;
    }, 100);
    return failure('engine-down', 'down');
  };
  house.worker({ teach: failing, imagine: failing }, { silentMilliseconds, able: () => able });
  const outcome = await house.bot().run('teach', 'a', '1');
  expect(outcome).toMatchObject({
    problem: { code: 'engine-down', message: expect.stringMatching(/stopped 3 times/) },
  });
  expect(begun).toBe(3);
});
