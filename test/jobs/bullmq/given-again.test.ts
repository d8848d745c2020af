import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { queueId } from '../../../src/jobs/bullmq/queues.ts';
import { connect } from '../../../src/jobs/bullmq/redis.ts';
import { failure, success } from '../../../src/result.ts';
import { type House, heldWorker, shareRedis, silentMilliseconds } from './house.ts';

const newHouse = shareRedis();

/** BullMQ's lock of a job of this id: which of its deliveries counts, null where none does. */
function lockOf({ prefix, redis }: House, id: string) {
  const client = connect({ url: redis.url, onError: () => {} });
  onTestFinished(() => client.disconnect());
  return () => client.get(`${prefix}:teach:${queueId(id)}:lock`);
}

/** A worker with two slots that is cut off from the job that it is at for longer than it may be silent, and given it again when it is back. */
async function givenAgain(house: House) {
  const way = await house.way();
  const held = heldWorker(house, { url: way.url, atOnce: 2 });
  const lock = lockOf(house, 'job1');
  const outcome = house.bot().run('teach', 'a', '1', { job: 'job1', kept: true });
  await held.begun(1);
  const first = await lock();
  way.cut();
  await expect.poll(lock).toBe(null);
  way.mend();
  await expect.poll(async () => ![null, first].includes(await lock())).toBe(true);
  return { ...held, lock, outcome };
}

test('a worker that was cut off and has another slot free goes on with its job, and begins it no second time', async () => {
  const { started, lock, outcome } = await givenAgain(newHouse());
  const again = await lock();
  await delay(3 * silentMilliseconds);
  expect([started.length, started[0]!.context.signal.aborted, await lock()]).toEqual([1, false, again]);
  started[0]!.end();
  expect(await outcome).toEqual(success('a1'));
  await expect.poll(lock).toBe(null);
  expect(started).toHaveLength(1);
});

test('a worker that is given again what it was stopped in begins it once that has ended, and keeps it then', async () => {
  const house = newHouse();
  const held = heldWorker(house, { atOnce: 2 });
  const { started, begun } = held;
  const lock = lockOf(house, 'job1');
  const outcome = house.bot().run('teach', 'a', '1', { job: 'job1', kept: true });
  await begun(1);
  const first = await lock();
  await house.lose();
  await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
  await expect.poll(async () => ![null, first].includes(await lock())).toBe(true);
  await expect.poll(house.keys).toContain(`${house.prefix}:lines:model`);
  await delay(300);
  expect(started, 'the first has not ended').toHaveLength(1);
  started[0]!.end(failure('cancelled', 'stopped'));
  await begun(2);
  const second = await lock();
  await delay(3 * silentMilliseconds);
  expect([started.length, started[1]!.context.signal.aborted, await lock()]).toEqual([2, false, second]);
  started[1]!.end(success('of the second'));
  expect(await outcome).toEqual(success('of the second'));
});

test('a worker that ends gives back what it was given again, and begins it no second time', async () => {
  const house = newHouse();
  const { started, worker, outcome } = await givenAgain(house);
  const closing = worker.close();
  await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
  started[0]!.end(failure('cancelled', 'stopped'));
  await closing;
  expect(started).toHaveLength(1);
  const other = heldWorker(house);
  await other.begun(1);
  other.started[0]!.end(success('of the other'));
  expect(await outcome).toEqual(success('of the other'));
});

test('a job whose worker is gone for good waits again, which its bot hears, as long as there is no other worker', async () => {
  const house = newHouse();
  const way = await house.way();
  const { begun } = heldWorker(house, { url: way.url });
  const positions: number[] = [];
  const signal = new AbortController();
  const onPosition = (ahead: number) => void positions.push(ahead);
  const job = house.bot().run('teach', 'a', '1', { signal: signal.signal, onPosition });
  await begun(1);
  await expect.poll(() => positions.at(-1)).toBe(0);
  way.cut();
  await expect.poll(() => positions.at(-1), { timeout: 10_000 }).toBe(1);
  signal.abort();
  expect(await job).toMatchObject({ problem: { code: 'cancelled' } });
});
