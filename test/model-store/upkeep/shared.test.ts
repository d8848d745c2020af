import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsUnder, type Storage } from '../../../model-store/drivers/storage.ts';
import { openStore } from '../../../model-store/open.ts';
import { openPlaces, type Places } from '../../../model-store/open-places.ts';
import { backUp } from '../../../model-store/upkeep/backup.ts';
import { restore } from '../../../model-store/upkeep/restore.ts';
import { verify } from '../../../model-store/upkeep/verify.ts';
import { unwrap } from '../../../src/result.ts';
import { startPostgres } from '../../fakes/servers/postgres.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
import { startRedis } from '../../fakes/servers/redis.ts';
import { scratchFolder, stored, storeIn } from '../sample.ts';

const servers = new Map<string, LocalServer>();
beforeAll(async () => {
  servers.set('Redis', await startRedis());
  servers.set('Postgres', await startPostgres());
});
afterAll(async () => void (await Promise.all([...servers.values()].map((server) => server.stop()))));

/** A place of this machine beside a server's. */
async function placesAt(name: string): Promise<Places> {
  return {
    folder: join(await scratchFolder(), 'data'),
    storeUrl: servers.get(name)!.url,
    blobs: { folder: await scratchFolder() },
  };
}

async function inStorage<T>(places: Places, act: (storage: Storage) => Promise<T>): Promise<T> {
  const { storage, blobs } = await openPlaces(places);
  try {
    return await act(storage);
  } finally {
    await storage.close();
    await blobs.close();
  }
}

const rowsAt = (places: Places) => inStorage(places, (storage) => Array.fromAsync(rowsUnder(storage, '')));
const emptied = (places: Places) =>
  inStorage(places, async (storage) => {
    const rows = await Array.fromAsync(rowsUnder(storage, ''));
    await storage.commit(rows.map(({ key }) => ({ key, text: undefined })));
  });

async function filled(places: Places): Promise<void> {
  await emptied(places);
  const store = await storeIn(places.folder, places);
  await stored(store, 'a', 'dog');
  await store.records.write('a', ['settings'], { language: 'en' });
  await store.records.write('a', ['usage', 'lessons'], [{ user: 'u', at: 17, count: 1 }], 3600);
  await store.ledger.write('a', 'job1', { order: {}, checkpoint: new Uint8Array(20_000) });
  await store.close();
}

const unsealed = (text: string) => text.slice(8);
const sealedByJson = (text: string) => crc32(unsealed(text)).toString(16).padStart(8, '0') + unsealed(text);

describe.each([
  ['Redis', 'Postgres'],
  ['Postgres', 'Redis'],
] as const)('what is kept in %s', (name, other) => {
  it('is held against its checksums', async () => {
    const places = await placesAt(name);
    await filled(places);
    expect(await verify(places)).toMatchObject({ concepts: 1, files: 2, unnamed: 0, faults: [] });
    await inStorage(places, async (storage) => {
      const [row] = (await Array.fromAsync(rowsUnder(storage, ''))).filter(({ key }) =>
        key.endsWith('lessons'),
      );
      await storage.commit([{ key: row!.key, text: row!.text.replace('"at":17', '"at":19') }]);
    });
    expect((await verify(places)).faults).toEqual([expect.stringMatching(/usage\/lessons is damaged/)]);
  });

  it(`is backed up, restored into ${other}, and nowhere where something is`, async () => {
    const places = await placesAt(name);
    await filled(places);
    const file = join(await scratchFolder(), 'backup');
    const { storage, blobs } = await openPlaces(places);
    await backUp({ storage, blobs }, places.folder, file);
    await storage.close();
    await blobs.close();
    const again = await placesAt(other);
    await filled(again);
    const unused = { ...again, folder: join(await scratchFolder(), 'new') };
    await expect(restore(file, unused)).rejects.toThrow('STORE_URL has something in it');
    await emptied(again);
    expect(await restore(file, unused)).toMatchObject({
      files: 2,
    });
    const kept = (await rowsAt(places)).filter(({ key }) => !key.startsWith('ledger/'));
    expect(await rowsAt(again)).toEqual(kept);
    const store = await storeIn(again.folder, again);
    const [concept] = await store.concepts.list('a');
    expect(Buffer.from(unwrap(await store.concepts.readBlob(concept!.blob))).toString()).toBe(
      'weights of dog',
    );
  });

  it('is brought from version 2 to this one, with a backup on the machine that did it', async () => {
    const places = await placesAt(name);
    await filled(places);
    const before = await rowsAt(places);
    await inStorage(places, (storage) =>
      storage.commit(
        [
          ...before.map(({ key, text }) => ({ key, text: sealedByJson(text) })),
          { key: 'store-version', text: sealedByJson('12345678{"value":2}') },
        ].filter(({ key }, index, all) => all.findLastIndex((one) => one.key === key) === index),
      ),
    );
    const store = unwrap(await openStore(places));
    expect((await store.concepts.list('a')).map(({ number }) => number)).toEqual([1]);
    expect(await store.records.read('a', 'settings')).toEqual({ language: 'en' });
    await store.close();
    expect(await verify(places)).toMatchObject({ faults: [] });
    expect(await readdir(join(places.folder, 'backups'))).toEqual(['before-version-3.sqlite']);
  });
});
