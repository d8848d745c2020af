import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgres } from '../../../model-store/drivers/postgres.ts';
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
  return () => openPostgres(server.url);
}

testStorage('Postgres', fresh);
testSharedStorage('Postgres', fresh, () => server);

test('where no Postgres answers, that is said', async () => {
  await expect(openPostgres('postgres://127.0.0.1:1/x')).rejects.toThrow('Postgres at STORE_URL');
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
