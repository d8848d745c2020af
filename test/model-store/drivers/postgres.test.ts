import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Patience } from '../../../model-store/drivers/patience.ts';
import { openPostgres } from '../../../model-store/drivers/postgres.ts';
import { cuttable } from '../../fakes/cuttable.ts';
import { startPostgres } from '../../fakes/servers/postgres.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
import { startS3 } from '../../fakes/servers/s3.ts';
import { expectFairRace } from '../kills/race.ts';
import { scratchFolder } from '../sample.ts';
import { testSharedStorage } from './shared-suite.ts';
import { testStorage } from './suite.ts';

let server: LocalServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

async function fresh() {
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('DROP TABLE IF EXISTS keepsake_entries, keepsake_commits');
  await client.end();
  return (url = server.url, patience?: Patience) => openPostgres(url, patience);
}

testStorage('Postgres', fresh);
testSharedStorage('Postgres', fresh, () => server);

test('where no Postgres answers, that is said', async () => {
  await expect(openPostgres('postgres://127.0.0.1:1/x')).rejects.toThrow('Postgres at STORE_URL');
});

test('where a Postgres takes the connection and says nothing, that is said', async () => {
  const way = await cuttable(server.port);
  onTestFinished(() => way.close());
  way.cut();
  const opening = openPostgres(`postgres://keepsake@127.0.0.1:${way.port}/postgres`);
  await expect(opening).rejects.toMatchObject({ problem: { code: 'not-found' } });
}, 15_000);

/** Has each commit fail with a code of Postgres, until it is called off. */
async function failing(code: string): Promise<() => Promise<unknown>> {
  const client = new pg.Client(server.url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`
    CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'it failed' USING ERRCODE = '${code}'; END $$;
    CREATE TRIGGER failing BEFORE INSERT ON keepsake_commits EXECUTE FUNCTION fail()`);
  return () => client.query('DROP TRIGGER failing ON keepsake_commits');
}

test('a Postgres without room refuses a commit whole, and says so', async () => {
  const storage = await (await fresh())();
  onTestFinished(() => storage.close());
  await storage.commit([{ key: 'a', text: '1' }]);
  const mend = await failing('53100');
  const writes = [
    { key: 'a', text: '2' },
    { key: 'b', text: '2' },
  ];
  await expect(storage.commit(writes)).rejects.toMatchObject({ problem: { code: 'storage-full' } });
  expect(await storage.read(['a', 'b'])).toEqual(['1', undefined]);
  await mend();
  expect(await storage.commit(writes)).toBe(true);
});

test('a Postgres with too many connections is asked again', async () => {
  const storage = await (await fresh())();
  onTestFinished(() => storage.close());
  const mend = await failing('53300');
  const committing = storage.commit([{ key: 'a', text: '1' }]);
  setTimeout(mend, 200);
  expect(await committing).toBe(true);
});

test('two processes that use it at once, with a bucket, lose nothing and give nothing twice', async () => {
  await fresh();
  const bucket = await startS3();
  onTestFinished(() => bucket.stop());
  const shared = { storeUrl: server.url, blobs: bucket.options('raced') };
  const [one, two] = [await scratchFolder(), await scratchFolder()];
  await expectFairRace([
    { ...shared, folder: one },
    { ...shared, folder: two },
  ]);
});
