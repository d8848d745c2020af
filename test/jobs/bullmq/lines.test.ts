import { expect, onTestFinished, test } from 'vitest';
import { createCrew } from '../../../src/jobs/bullmq/crew.ts';
import { createLines } from '../../../src/jobs/bullmq/lines.ts';
import { queueId } from '../../../src/jobs/bullmq/queues.ts';
import { connect } from '../../../src/jobs/bullmq/redis.ts';
import { success } from '../../../src/result.ts';
import { shareRedis } from './house.ts';

const newHouse = shareRedis();

/** Lines on a Redis on which `deliver` is what BullMQ does when it gives a job to a worker. */
function scene() {
  const { prefix, redis } = newHouse();
  const client = connect({ url: redis.url, onError: () => {} });
  onTestFinished(() => client.disconnect());
  const lines = createLines(client, { prefix });
  const crew = createCrew(client, { prefix });
  const named = (id: string, server = 'a') => ({ kind: 'teach', server, id });
  const deliver = async (id: string, token = 'token', server = 'a') => {
    await crew.beat({ worker: 'w', model: { id: 'model-1', name: 'one' }, slots: {} }, true);
    await client.set(`${prefix}:teach:${queueId(id)}:lock`, token);
    return lines.claim(named(id, server), token, 'model-1', 3);
  };
  const fenceOf = async (...delivery: Parameters<typeof deliver>) => {
    const claim = await deliver(...delivery);
    if (claim.state !== 'begin') throw new Error(`it is to ${claim.state}`);
    return claim.fence;
  };
  return { client, prefix, lines, named, deliver, fenceOf };
}

test('looking at a job again and again sends no script again', async () => {
  const { client, lines, named } = scene();
  await lines.enter(named('1'), 5, 'data');
  await lines.look(named('1'));
  await client.config('RESETSTAT');
  for (let look = 0; look < 5; look++) expect((await lines.look(named('1'))).state).toBe('waits');
  const told = await client.info('commandstats');
  expect(told).toMatch(/cmdstat_evalsha:calls=5,/);
  expect(told).not.toContain('cmdstat_eval:');
});

test('a job that is begun three times and never gets on is given up', async () => {
  const { lines, named, deliver } = scene();
  await lines.enter(named('1'), 5, 'data');
  for (let start = 0; start < 3; start++)
    expect(await deliver('1')).toMatchObject({ state: 'begin', data: 'data' });
  expect(await deliver('1')).toMatchObject({ state: 'give up' });
});

test('a job that gets on each time is not', async () => {
  const { lines, named, fenceOf } = scene();
  await lines.enter(named('1'), 5, 'data');
  for (let start = 0; start < 6; start++) await lines.hold('1', await fenceOf('1'), true);
  for (let start = 0; start < 6; start++) await lines.release('1', await fenceOf('1'), false);
});

test('a worker whose job was given to another can do nothing to it any more', async () => {
  const { lines, named, fenceOf } = scene();
  await lines.enter(named('1'), 5, 'data');
  const first = await fenceOf('1', 'first');
  const second = await fenceOf('1', 'second');
  expect(second).toBeGreaterThan(first);
  expect(await lines.hold('1', first)).toBe('lost');
  await lines.release('1', first, false);
  expect(await lines.settle(named('1'), first, success('of the first'))).toBe('lost');
  expect(await lines.hold('1', second)).toBe('held');
  expect(await lines.settle(named('1'), second, success('of the second'))).toEqual({});
  expect(await lines.look(named('1'))).toEqual({ state: 'ended', outcome: success('of the second') });
});

test('a delivery that BullMQ does not stand for is nothing to be done', async () => {
  const { lines, named, deliver } = scene();
  await lines.enter(named('1'), 5, 'data');
  await deliver('1', 'the one that counts');
  expect(await lines.claim(named('1'), 'another', 'model-1', 3)).toEqual({ state: 'nothing' });
});

test('a worker with another model than jobs are done with is given none', async () => {
  const { lines, named, deliver } = scene();
  await lines.enter(named('1'), 5, 'data');
  await deliver('1', 'token');
  expect(await lines.claim(named('1'), 'token', 'model-2', 3)).toEqual({ state: 'leave' });
  expect(await deliver('1', 'token')).toMatchObject({ state: 'begin' });
});

test('of a line only the first is begun, and its end says who is next', async () => {
  const { lines, named, deliver, fenceOf } = scene();
  expect(await lines.enter(named('1'), 2, 'data')).toBe('first');
  expect(await lines.enter(named('2'), 2, 'data')).toBe('later');
  expect(await lines.enter(named('2'), 2, 'data')).toBe('later');
  expect(await lines.enter(named('3'), 2, 'data')).toBe('full');
  expect(await deliver('2')).toEqual({ state: 'wait' });
  expect(await lines.settle(named('1'), await fenceOf('1'), success(1))).toEqual({ next: '2' });
  expect(await deliver('2')).toMatchObject({ state: 'begin' });
});

test('a job whose bot ended before it was in the queue does not hold up the others for ever', async () => {
  const { client, prefix, lines, named, deliver } = scene();
  for (const id of ['1', '2']) await lines.enter(named(id), 5, 'data');
  expect(await deliver('2')).toEqual({ state: 'wait' });
  await client.hset(`${prefix}:lines:job:1`, 'at', Date.now() - 120_000);
  expect(await deliver('2')).toMatchObject({ state: 'begin' });
  expect(await lines.look(named('1'))).toEqual({ state: 'missing' });
});

test('tokens rise though Redis has forgotten the last one', async () => {
  const { client, lines, named, fenceOf } = scene();
  await lines.enter(named('1'), 5, 'data');
  const before = await fenceOf('1');
  await client.flushdb();
  await lines.enter(named('1'), 5, 'data');
  expect(await fenceOf('1')).toBeGreaterThan(before);
});
