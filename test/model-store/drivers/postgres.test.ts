import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../model-store/drivers/postgres.ts';
import { startPostgres } from '../../fakes/servers/postgres.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
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
