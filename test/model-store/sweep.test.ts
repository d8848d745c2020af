import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { blobName, hashOf } from '../../model-store/blobs.ts';
import { openMemory } from '../../model-store/drivers/memory.ts';
import { openStorage } from '../../model-store/drivers/open-storage.ts';
import { createHeldFiles, fileKey } from '../../model-store/held-files.ts';
import { openMetadata } from '../../model-store/metadata.ts';
import { openPlaces } from '../../model-store/open-places.ts';
import { startPostgres } from '../fakes/servers/postgres.ts';
import type { LocalServer } from '../fakes/servers/process.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { bytes, scratchFolder, stored, storeIn } from './sample.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
});

/** Two stores over the same records, and how often either has swept. */
async function twoStores() {
  let swept = 0;
  const memory = openMemory();
  const storage = {
    ...memory,
    async tidy() {
      swept++;
      await memory.tidy();
    },
  };
  const folder = await scratchFolder();
  return {
    storage,
    one: await storeIn(folder, { storage }),
    two: await storeIn(folder, { storage }),
    swept: () => swept,
  };
}

test('of stores that share what they keep one sweeps at an open, and whoever looks first half an hour later', async () => {
  const { one, two, swept } = await twoStores();
  expect(swept()).toBe(1);
  vi.setSystemTime(Date.now() + 29 * minute);
  await two.sweep();
  expect(swept()).toBe(1);
  vi.setSystemTime(Date.now() + 2 * minute);
  await two.sweep();
  await one.sweep();
  expect(swept()).toBe(2);
});

test('a sweep that is told to end leaves what it has not come to, and the next has it', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder, { orphanAge: -1000 });
  const { blob } = await stored(store, 'a', 'kept');
  const lost = join(folder, 'blobs', blobName(hashOf(bytes('lost'))));
  await mkdir(dirname(lost), { recursive: true });
  await writeFile(lost, 'lost');
  await store.sweep(AbortSignal.abort());
  expect(existsSync(lost)).toBe(true);
  await store.sweep();
  expect(existsSync(lost)).toBe(false);
  expect((await store.concepts.readBlob(blob)).ok).toBe(true);
});

test('that somebody is said to have swept in a time to come keeps nobody from it', async () => {
  const { storage, one, swept } = await twoStores();
  await openMetadata(storage).set('swept', Date.now() + day);
  await one.sweep();
  expect(swept()).toBe(2);
});

describe.each([
  ['Redis', startRedis],
  ['Postgres', startPostgres],
])('a machine whose clock is ahead of that of %s', (_, start) => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  test('sweeps nothing that others have just written, says so, and keeps nobody else from sweeping', async () => {
    const folder = await scratchFolder();
    const shared = { storeUrl: server.url, blobs: { folder } };
    await storeIn(folder, shared);
    const { storage, blobs, jobFiles } = await openPlaces({ ...shared, folder });
    const metadata = openMetadata(storage);
    onTestFinished(() => metadata.disconnect());
    const before: unknown = await metadata.get('swept');
    const weights = bytes('weights');
    const held = createHeldFiles({
      metadata,
      blobs,
      onLeftBehind: (error) => expect.unreachable(String(error)),
    });
    const claim = await held.claim([hashOf(weights)]);
    await blobs.write(weights);
    const picture = await jobFiles.send(bytes('picture'));

    const told: string[] = [];
    const onLeftBehind = (error: unknown) => void told.push(String(error));
    vi.setSystemTime(Date.now() + 2 * day);
    const { sweep } = await storeIn(folder, { ...shared, onLeftBehind });
    await sweep();

    const line = expect.stringMatching(/clock is ahead/);
    expect(told).toEqual([line, line]);
    expect((await blobs.read(hashOf(weights))).ok).toBe(true);
    expect(await metadata.get(fileKey(hashOf(weights)))).toMatchObject({
      claims: { [claim]: expect.any(Number) },
    });
    expect(await jobFiles.open(picture)).toBeDefined();
    expect(await metadata.get('swept')).toBe(before);
    expect(await storage.keys('clock/', '', 9)).toEqual([]);
  });

  test('by no more than clocks differ sweeps like any other', async () => {
    const folder = await scratchFolder();
    vi.setSystemTime(Date.now() + 2 * minute);
    let swept = 0;
    const storage = await openStorage(folder, server.url);
    const tidy = async () => void swept++;
    await storeIn(folder, { storage: { ...storage, tidy }, orphanAge: -1000 });
    expect(swept).toBe(1);
  });
});
