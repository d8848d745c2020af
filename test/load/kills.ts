import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWith, wholeNumber } from '../../bin/support/arguments.ts';
import type { Places } from '../../model-store/open-places.ts';
import { createRandom } from '../../src/random.ts';
import { startPostgres } from '../fakes/servers/postgres.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { startS3 } from '../fakes/servers/s3.ts';
import { faultsAfter, killOnce, nothingYet } from '../model-store/kills/kills.ts';

/** `npm run bench:kills`: what is left where a process that writes to the store is killed. */

const usage = `npm run bench:kills -- [KILLS] [SEED]
Kills a process that writes to the store, 200 times where nobody says, and looks at what is left: once with all in a folder, once with
records in Redis, once with records in Postgres and files in a bucket. Ends with status 1 where something is lost or broken.
`;

interface Load {
  readonly kills: number;
  readonly seed: number;
}

async function killsIn(name: string, places: Omit<Places, 'folder'>, { kills, seed }: Load): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-kills-'));
  const random = createRandom(seed);
  const expected = nothingYet();
  let faults = 0;
  for (let kill = 1; kill <= kills; kill++) {
    await killOnce({ folder, ...places }, kill, random, expected);
    for (const fault of await faultsAfter({ folder, ...places }, expected)) {
      faults++;
      console.error(`Kill ${kill}: ${fault}`);
    }
    if (kill % 20 === 0)
      console.log(
        `${kill} kills: ${expected.concepts.size} concepts and ${expected.jobs.size} jobs are kept.`,
      );
  }
  await rm(folder, { recursive: true, force: true });
  console.log(`${name}: ${kills} kills with seed ${seed}, ${faults} faults.`);
  return faults;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) return void process.stdout.write(usage);
  const [kills = '200', seed = String(Date.now() % 1_000_000)] = positionals;
  const load = {
    kills: wholeNumber('KILLS', kills, 1, 1_000_000),
    seed: wholeNumber('SEED', seed, 0, 2 ** 32 - 1),
  };
  let faults = await killsIn('SQLite and a folder', {}, load);
  const redis = await startRedis();
  faults += await killsIn('Redis and a folder', { storeUrl: redis.url }, load);
  await redis.stop();
  const [postgres, s3] = [await startPostgres(), await startS3()];
  faults += await killsIn('Postgres and a bucket', { storeUrl: postgres.url, blobs: s3.options() }, load);
  await postgres.stop();
  await s3.stop();
  process.exitCode = faults > 0 ? 1 : 0;
}

main().catch((error: unknown) => endWith(error, usage));
