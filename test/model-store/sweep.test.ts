import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { blobName, hashOf } from '../../model-store/blobs.ts';
import { openMemory } from '../../model-store/drivers/memory.ts';
import { bytes, scratchFolder, stored, storeIn } from './sample.ts';

const minute = 60_000;

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
