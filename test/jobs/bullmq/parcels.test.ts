import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { objectsIn } from '../../../model-store/drivers/objects.ts';
import { createParcels } from '../../../model-store/parcels.ts';
import { filesUnder } from '../../../src/files.ts';
import type { Parcels } from '../../../src/jobs/bullmq/parcels.ts';
import type { JobHandlers } from '../../../src/jobs/queue.ts';
import { success } from '../../../src/result.ts';
import { scratchFolder } from '../../model-store/sample.ts';
import type { TestJobs } from '../suite.ts';
import { shareRedis } from './house.ts';

const newHouse = shareRedis();
const pictures = randomBytes(500_000).toString('hex');

/** A bot and a worker that draws pictures of a megabyte, and counts how often. */
async function scene(change: (parcels: Parcels) => Partial<Parcels> = () => ({})) {
  const house = newHouse();
  const folder = await scratchFolder();
  const given = createParcels(objectsIn(folder));
  const parcels = { ...given, ...change(given) };
  let drawn = 0;
  const handler = async () => {
    drawn++;
    return success(pictures);
  };
  const handlers: JobHandlers<TestJobs> = { teach: handler, imagine: handler };
  house.worker(handlers, { parcels });
  return {
    house,
    bot: () => house.bot({ parcels }),
    drawn: () => drawn,
    lying: () => filesUnder(folder),
  };
}

test('what is large goes from worker to bot beside Redis, and is removed where it came', async () => {
  const { house, bot, lying } = await scene();
  expect(await bot().run('imagine', 'a', '1')).toEqual(success(pictures));
  expect(await lying()).toEqual([]);
  expect(await bot().run('imagine', 'a', '2', { job: 'kept1', kept: true })).toEqual(success(pictures));
  expect(await lying(), 'another bot may ask for it yet').toHaveLength(1);
  expect(await house.bytesOf(`${house.prefix}:lines:outcome:kept1`)).toBeLessThan(1000);
});

test('a bot that takes a job over gets what was made, without its being made again', async () => {
  const { bot, drawn } = await scene();
  const asked = { job: 'kept1', kept: true };
  expect(await bot().run('imagine', 'a', '1', asked)).toEqual(success(pictures));
  expect(await bot().run('imagine', 'a', '1', asked)).toEqual(success(pictures));
  expect(drawn()).toBe(1);
});

test('what was made and is gone is made again', async () => {
  let lost = 0;
  const { bot, drawn } = await scene(({ open }) => ({
    open: async (name) => (lost++ === 0 ? undefined : open(name)),
  }));
  expect(await bot().run('imagine', 'a', '1')).toEqual(success(pictures));
  expect(drawn()).toBe(2);
});

test('a bot waits for what was made where that cannot be fetched now', async () => {
  let tries = 0;
  const { bot, drawn } = await scene(({ open }) => ({
    async open(name) {
      if (++tries < 4) throw new Error('the bucket does not answer');
      return open(name);
    },
  }));
  expect(await bot().run('imagine', 'a', '1')).toEqual(success(pictures));
  expect([drawn(), tries]).toEqual([1, 4]);
});

test('a bot that ends meanwhile does not wait for it', async () => {
  const fetched = Promise.withResolvers<void>();
  const { bot } = await scene(() => ({
    async open() {
      fetched.resolve();
      throw new Error('the bucket does not answer');
    },
  }));
  const asking = bot();
  const job = asking.run('imagine', 'a', '1', { job: 'kept1', kept: true });
  await fetched.promise;
  await asking.close();
  expect(await job).toMatchObject({ problem: { code: 'cancelled' } });
});

test('where nothing can be sent beside Redis, it goes through Redis', async () => {
  const { bot, lying } = await scene(() => ({
    send: () => Promise.reject(new Error('the bucket does not answer')),
  }));
  expect(await bot().run('imagine', 'a', '1')).toEqual(success(pictures));
  expect(await lying()).toEqual([]);
});
