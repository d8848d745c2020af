import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { openMemory } from '../../model-store/drivers/memory.ts';
import { openPostgres } from '../../model-store/drivers/postgres.ts';
import { openRedis } from '../../model-store/drivers/redis.ts';
import { openSqlite } from '../../model-store/drivers/sqlite.ts';
import { rowsUnder, type Storage } from '../../model-store/drivers/storage.ts';
import { openStore } from '../../model-store/open.ts';
import { putRows } from '../../model-store/upkeep/rows.ts';
import { unwrap } from '../../src/result.ts';
import { startPostgres } from '../fakes/servers/postgres.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { bytes, sampleConcept } from '../model-store/sample-concept.ts';

/**
 * `npm run bench:storage -- [SERVERS]`: how much room records take in each store: of 100 servers unless said, each with one concept, ten requests and no
 * settings, then each with ten concepts, settings and forty requests, then each with as many requests as a server can have, which it has after 100 days of ten drawings.
 */

const [servers = 100] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'keepsake-storage-'));

async function recordsOf(concepts: number, requests: number): Promise<Storage> {
  const storage = openMemory();
  const store = unwrap(await openStore({ folder: join(folder, `${concepts}`), storage }));
  for (let at = 0; at < servers; at++) {
    const server = `discord:1100000000000${String(at).padStart(6, '0')}`;
    if (concepts > 1)
      await store.records.write(server, ['settings'], { language: 'en', quotas: { concepts: 50 } });
    for (let number = 1; number <= concepts; number++) {
      const files = [bytes(`weights ${server} ${number}`), bytes(`sheet ${server} ${number}`)] as const;
      const reserved = await store.concepts.reserveNumber(server);
      unwrap(await store.concepts.put(server, sampleConcept(reserved, ...files), files));
    }
    for (let request = 0; request < requests; request++) await store.jobs.put(server, requestOf(request));
  }
  return storage;
}

/** As `/imagine` keeps one. */
function requestOf(number: number) {
  return {
    prompt: 'A <new1> dog in the snow at dusk, in the style of <new2>, with a red collar',
    negativePrompt: 'blurry, text',
    count: 4,
    seed: (number * 2_654_435_761) % 2 ** 31,
    steps: 30,
    guidanceScale: 7.5,
    user: '220000000000000000',
  };
}

async function sizes(from: Storage): Promise<Readonly<Record<string, number>>> {
  const [redis, postgres] = [await startRedis(), await startPostgres()];
  const client = new Redis(redis.url);
  const memory = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
  const before = await memory();
  await copy(from, await openRedis(redis.url));
  const inRedis = (await memory()) - before;
  await copy(from, await openPostgres(postgres.url));
  const asking = new pg.Client(postgres.url);
  await asking.connect();
  const { rows } = await asking.query("SELECT pg_total_relation_size('keepsake_entries') AS size");
  await asking.end();
  await client.quit();
  await Promise.all([redis.stop(), postgres.stop()]);
  const file = join(folder, `${Math.random()}.sqlite`);
  await copy(from, openSqlite(file));
  return { redis: inRedis, postgres: Number(rows[0].size), sqlite: (await stat(file)).size };
}

async function copy(from: Storage, to: Storage): Promise<void> {
  await putRows(to, rowsUnder(from, ''));
  await to.close();
}

const few = await sizes(await recordsOf(1, 10));
const many = await sizes(await recordsOf(10, 40));
const most = await sizes(await recordsOf(10, 1000));
for (const name of Object.keys(few))
  console.log(
    `${name}: ${Math.round(few[name]! / servers)} bytes a server with 1 concept and 10 requests, ` +
      `${Math.round(many[name]! / servers)} with 10 concepts, settings and 40 requests, ` +
      `${Math.round(most[name]! / servers)} with 1,000 requests in place of 40.`,
  );
await rm(folder, { recursive: true });
