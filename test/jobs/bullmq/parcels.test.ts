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
/** Files of a megabyte, as an import brings them. */
const files = randomBytes(500_000).toString('hex');
const patience = { timeout: 20_000 };
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

/** A worker that says how much it was given, once `begin` lets it. */
function reader() {
  const { promise: mayBegin, resolve: begin } = Promise.withResolvers<void>();
  const given: unknown[] = [];
  const handler = async (_: string, data: unknown) => {
    given.push(data);
    await mayBegin;
    return success(`${String(data).length} characters`);
  };
  return { handlers: { teach: handler, imagine: handler } as JobHandlers<TestJobs>, given, begin };
}

/** A bot that sends what is large beside Redis, and where that lies. */
async function sender(change: (parcels: Parcels) => Partial<Parcels> = () => ({})) {
  const house = newHouse();
  const folder = await scratchFolder();
  const given = createParcels(objectsIn(folder));
  const parcels = { ...given, ...change(given) };
  return { house, parcels, bot: () => house.bot({ parcels, perServer: 1 }), lying: () => filesUnder(folder) };
}

test('what comes with a job goes to its worker beside Redis, and is removed when that has done it', async () => {
  const { house, parcels, bot, lying } = await sender();
  const { handlers, given, begin } = reader();
  const job = bot().run('teach', 'a', files, { job: 'large' });
  await expect.poll(lying, patience).toHaveLength(1);
  const key = `${house.prefix}:lines:job:large`;
  await expect.poll(() => house.bytesOf(key), patience).toBeGreaterThan(0);
  expect(await house.bytesOf(key)).toBeLessThan(1000);
  house.worker(handlers, { parcels });
  await expect.poll(() => given, patience).toEqual([files]);
  begin();
  expect(await job).toEqual(success(`${files.length} characters`));
  expect(await lying()).toEqual([]);
});

test('what comes with a job is sent once, and removed where the job is cancelled or finds the line full', async () => {
  let sent = 0;
  const { bot, lying } = await sender(({ send }) => ({
    send(bytes) {
      sent++;
      return send(bytes);
    },
  }));
  const controller = new AbortController();
  const asking = bot();
  const waiting = asking.run('teach', 'a', files, { signal: controller.signal });
  await expect.poll(lying, patience).toHaveLength(1);
  expect(await asking.run('teach', 'a', files)).toMatchObject({ problem: { code: 'not-allowed' } });
  expect(sent).toBe(2);
  expect(await lying()).toHaveLength(1);
  controller.abort();
  expect(await waiting).toMatchObject({ problem: { code: 'cancelled' } });
  expect(await lying()).toEqual([]);
});

test('a job whose data are gone says so, and one whose data cannot be fetched now waits for them', async () => {
  let tries = 0;
  const gone = await sender();
  const first = gone.house.bot({ parcels: gone.parcels }).run('teach', 'a', files);
  gone.house.worker(reader().handlers, { parcels: { ...gone.parcels, open: async () => undefined } });
  expect(await first).toMatchObject({
    problem: { code: 'engine-down', message: /^What was sent along with this did not reach/ },
  });
  const late = await sender(({ open }) => ({
    async open(name) {
      if (++tries < 3) throw new Error('the bucket does not answer');
      return open(name);
    },
  }));
  const { handlers, begin } = reader();
  begin();
  late.house.worker(handlers, { parcels: late.parcels, silentMilliseconds: 500 });
  expect(await late.bot().run('teach', 'a', files)).toEqual(success(`${files.length} characters`));
  expect(tries).toBe(3);
});

test('what comes with a job is sent again where Redis has lost it', async () => {
  const { house, parcels, bot, lying } = await sender();
  const job = bot().run('teach', 'a', files, { job: 'large' });
  await expect.poll(() => house.bytesOf(`${house.prefix}:lines:job:large`), patience).toBeGreaterThan(0);
  const [lost] = await lying();
  await house.lose();
  await expect.poll(lying, patience).not.toEqual([lost]);
  const { handlers, begin } = reader();
  begin();
  house.worker(handlers, { parcels });
  expect(await job).toEqual(success(`${files.length} characters`));
  expect(await lying()).toEqual([]);
});
