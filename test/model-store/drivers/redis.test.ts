import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Patience } from '../../../model-store/drivers/patience.ts';
import { openRedis } from '../../../model-store/drivers/redis.ts';
import { cuttable } from '../../fakes/cuttable.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
import { startRedis } from '../../fakes/servers/redis.ts';
import { expectFairRace } from '../kills/race.ts';
import { scratchFolder } from '../sample.ts';
import { testSharedStorage } from './shared-suite.ts';
import { testStorage } from './suite.ts';

let server: LocalServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

async function fresh() {
  const redis = new Redis(server.url);
  await redis.flushall();
  await redis.quit();
  return (url = server.url, patience?: Patience) => openRedis(url, patience);
}

testStorage('Redis', fresh);
testSharedStorage('Redis', fresh, () => server);

test('scripts are sent once, and again to a Redis that has lost them', async () => {
  const storage = await (await fresh())();
  const redis = new Redis(server.url);
  await redis.script('FLUSH');
  await redis.config('RESETSTAT');
  const counts = async () => {
    const told = await redis.info('commandstats');
    return ['eval', 'evalsha'].map((name) =>
      Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(told)?.[1] ?? 0),
    );
  };
  for (let at = 0; at < 5; at++) await storage.commit([{ key: `${at}`, text: 'x' }]);
  expect(await counts()).toEqual([1, 4]);
  await redis.script('FLUSH');
  expect(await storage.keys('', '', 9)).toEqual(['0', '1', '2', '3', '4']);
  await redis.quit();
  await storage.close();
});

test('where no Redis answers, that is said', async () => {
  await expect(openRedis('redis://127.0.0.1:1')).rejects.toThrow('No Redis answers at STORE_URL');
});

test('where a Redis takes the connection and says nothing, that is said', async () => {
  const way = await cuttable(server.port);
  onTestFinished(() => way.close());
  way.cut();
  await expect(openRedis(`redis://127.0.0.1:${way.port}`)).rejects.toThrow('No Redis answers at STORE_URL');
}, 15_000);

test('a Redis without room refuses a commit whole, and says so', async () => {
  const storage = await (await fresh())();
  await storage.commit([{ key: 'a', text: '1' }]);
  const redis = new Redis(server.url);
  await redis.config('SET', 'maxmemory', '1mb');
  const large = 'x'.repeat(3_000_000);
  const writes = [
    { key: 'a', text: '2' },
    { key: 'b', text: large },
  ];
  await storage.commit(writes).catch(() => {});
  await expect(storage.commit(writes)).rejects.toMatchObject({ problem: { code: 'storage-full' } });
  await redis.config('SET', 'maxmemory', '0');
  await redis.quit();
  await storage.close();
});

test('two processes that use it at once, with a folder that they share, lose nothing and give nothing twice', async () => {
  await fresh();
  const shared = { storeUrl: server.url, blobs: { folder: await scratchFolder() } };
  const [one, two] = [await scratchFolder(), await scratchFolder()];
  await expectFairRace([
    { ...shared, folder: one },
    { ...shared, folder: two },
  ]);
});
