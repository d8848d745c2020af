import { expect, onTestFinished, test } from 'vitest';
import { createCrew } from '../../../src/jobs/bullmq/crew.ts';
import { follow } from '../../../src/jobs/bullmq/following.ts';
import { createLines } from '../../../src/jobs/bullmq/lines.ts';
import { openQueues, queueId } from '../../../src/jobs/bullmq/queues.ts';
import { connect, createListener } from '../../../src/jobs/bullmq/redis.ts';
import { success } from '../../../src/result.ts';
import { shareRedis } from './house.ts';

const newHouse = shareRedis();

/** A job of which each step that Redis does is the test's. */
function scene() {
  const { prefix, redis } = newHouse();
  const broker = { url: redis.url, prefix, onError: () => {} };
  const client = connect(broker);
  const listener = createListener(broker);
  const queues = openQueues(client, broker);
  onTestFinished(async () => {
    await queues.close();
    listener.close();
    client.disconnect();
  });
  const lines = createLines(client, broker);
  const name = { kind: 'teach', server: 'a', id: '1' };
  const begin = async () => {
    await createCrew(client, broker).beat(
      { worker: 'w', model: { id: 'model-1', name: 'one' }, slots: {} },
      true,
    );
    await client.set(`${prefix}:teach:${queueId('1')}:lock`, 'token');
    const claim = await lines.claim(name, 'token', 'model-1', 3);
    if (claim.state !== 'begin') throw new Error(`it is to ${claim.state}`);
    return claim.fence;
  };
  return { lines, queues, listener, name, begin };
}

test('a job that ends while it is being cancelled gives what came of it', async () => {
  const { lines, queues, listener, name, begin } = scene();
  const controller = new AbortController();
  const late: typeof lines.cancel = async (job) => {
    await lines.settle(name, fence, success('stored'));
    return lines.cancel(job);
  };
  const parts = { lines: { ...lines, cancel: late }, queues, listener, pollMilliseconds: 20 };
  const following = follow(
    parts,
    { ...name, data: 'data', most: 5 },
    { signal: controller.signal },
    new AbortController().signal,
  );
  await expect.poll(() => lines.look(name)).toMatchObject({ state: 'waits', queued: true });
  const fence = await begin();
  controller.abort();
  expect(await following).toEqual(success('stored'));
});

test('a job that was accepted before is in line though its server has as many as it may, and so is one that Redis has lost', async () => {
  const { lines, queues, listener, name } = scene();
  const controller = new AbortController();
  const parts = { lines, queues, listener, pollMilliseconds: 20 };
  const ask = (id: string, admitted: boolean) => {
    const asked = { ...name, id, data: 'data', most: 1 };
    return follow(parts, asked, { signal: controller.signal, admitted }, new AbortController().signal);
  };
  const waits = (id: string) =>
    expect.poll(() => lines.look({ ...name, id })).toMatchObject({ state: 'waits' });
  const lost = ask('1', false);
  await waits('1');
  const admitted = ask('2', true);
  await waits('2');
  expect(await ask('3', false)).toMatchObject({ problem: { code: 'not-allowed' } });
  await lines.cancel(name);
  await waits('1');
  controller.abort();
  for (const job of [admitted, lost]) expect(await job).toMatchObject({ problem: { code: 'cancelled' } });
});

test('a job that is cancelled before it is in a line is not begun', async () => {
  const { lines, queues, listener, name } = scene();
  const parts = { lines, queues, listener, pollMilliseconds: 20 };
  const asked = { ...name, data: 'data', most: 5 };
  const following = follow(parts, asked, { signal: AbortSignal.abort() }, new AbortController().signal);
  expect(await following).toMatchObject({ problem: { code: 'cancelled' } });
});
