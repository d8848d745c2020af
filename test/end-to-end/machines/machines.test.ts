import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FakeEngine } from '../../fakes/engine.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
import { startRedis } from '../../fakes/servers/redis.ts';
import { openSite, type Site } from './site.ts';

let redis: LocalServer;
beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'everysec' });
});
afterAll(() => redis.stop());

const servers = ['a', 'b', 'c'];
const lessons = ['1', '2', '3', '4', '5'];
const patience = { timeout: 60_000 };

/** Every lesson and drawing takes a moment from when work begins, and is told of. */
function takingTime(engine: FakeEngine, work: Promise<void>, milliseconds = 100): void {
  const { onTeach, onImagine } = engine;
  engine.onTeach = async (task, options) => {
    options.onProgress?.({ phase: 'training', step: 1, steps: 2 });
    await work;
    await pause(milliseconds);
    return onTeach(task, options);
  };
  engine.onImagine = async (task, options) => {
    options.onProgress?.({ phase: 'drawing', step: 1, steps: 2 });
    await work;
    await pause(milliseconds);
    return onImagine(task, options);
  };
}

/** The lessons that a server was taught, by the numbers of their tokens. */
async function learnt(site: Site, server: string): Promise<readonly string[]> {
  const concepts = await site.store.concepts.list(`site:${server}`);
  expect(new Set(concepts.map(({ number }) => number)).size).toBe(concepts.length);
  return [...concepts].sort((one, other) => one.number - other.number).map(({ label }) => label);
}

/** Delivers a job that is under way once more, as a queue may. */
async function deliverAgain({ store, prefix }: Site): Promise<void> {
  const queue = new Queue('teach', { connection: { url: redis.url }, prefix });
  onTestFinished(() => queue.close());
  const [order] = await store.ledger.list('order');
  if (order)
    await queue.add('teach', { kind: 'teach', server: order.server, id: order.job }, { jobId: 'again' });
}

test('three workers and two bots lose nothing, answer once and keep the order of each server, while a worker and a bot are cut off, Redis is killed and jobs are delivered twice', async () => {
  const site = await openSite(redis);
  const workers = await Promise.all([site.worker(), site.worker(), site.worker()]);
  const work = Promise.withResolvers<void>();
  for (const { engine } of workers) takingTime(engine, work.promise);
  const bots = [await site.bot(), await site.bot()];
  for (const label of lessons) {
    for (const [index, server] of servers.entries()) {
      const bot = bots[(Number(label) + index) % 2]!;
      await bot.ask({ server, command: 'teach', options: { class: 'dog', label } });
    }
  }
  for (const [index, server] of servers.entries())
    await bots[index % 2]!.ask({ server, command: 'imagine', options: { prompt: 'a dog' } });
  work.resolve();
  const answered = () => site.posted.filter((answers) => answers.length > 0).length;
  const whenAnswered = (count: number) => expect.poll(answered, patience).toBeGreaterThanOrEqual(count);

  await whenAnswered(1);
  workers[0]!.way.cut();
  await whenAnswered(3);
  await redis.kill();
  await redis.start();
  await whenAnswered(5);
  await deliverAgain(site);
  bots[0]!.way.cut();
  await whenAnswered(site.posted.length);

  workers[0]!.way.mend();
  bots[0]!.way.mend();
  await pause(1500);
  expect(site.posted.filter((answers) => answers.length !== 1)).toEqual([]);
  expect(site.posted).toHaveLength(servers.length * (lessons.length + 1));
  for (const server of servers) expect(await learnt(site, server)).toEqual(lessons);
  expect(await site.store.ledger.list('order')).toEqual([]);
});
