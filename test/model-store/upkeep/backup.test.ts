import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openPlaces } from '../../../model-store/open-places.ts';
import { backUp } from '../../../model-store/upkeep/backup.ts';
import { restore } from '../../../model-store/upkeep/restore.ts';
import { unwrap } from '../../../src/result.ts';
import { readSettings } from '../../../src/settings/settings.ts';
import { keptIn, scratchFolder, stored, storeIn } from '../sample.ts';

/** A folder with something of everything, closed. */
async function filled(): Promise<string> {
  const folder = join(await scratchFolder(), 'data');
  const store = await storeIn(folder);
  await stored(store, 'a', 'dog');
  await stored(store, 'b', 'hat');
  await store.records.write('a', ['settings'], { language: 'en' });
  await store.records.write('a', ['usage', 'lessons'], [], 3600);
  await store.ledger.write('a', 'job1', { order: { at: 1 } });
  await store.close();
  await mkdir(join(folder, 'web', 'files'), { recursive: true });
  await writeFile(join(folder, 'web', 'files', 'x.png'), 'picture');
  await writeFile(join(folder, 'blobs', 'half.tmp'), 'draft');
  await writeFile(join(folder, 'jobs', 'job1'), 'checkpoint');
  return folder;
}

async function backedUp(folder: string): Promise<string> {
  const file = join(await scratchFolder(), 'backup');
  const places = await openPlaces({ folder });
  await backUp(places, folder, file);
  await places.storage.close();
  return file;
}

/** Everything in a folder's database but jobs and the moment, and all files, found without the store. */
async function contentOf(folder: string) {
  const database = new DatabaseSync(join(folder, 'keepsake.sqlite'));
  const rows = database.prepare(`SELECT * FROM entries WHERE key NOT LIKE 'ledger/%' ORDER BY key`).all();
  database.close();
  return { rows, files: (await keptIn(folder)).files.filter((name) => !name.endsWith('.tmp')) };
}

test('what is kept, a backup of it and what is restored are for their owner alone', async () => {
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const folder = await filled();
  const file = await backedUp(folder);
  const again = join(await scratchFolder(), 'again');
  await restore(file, { folder: again });
  const modes = await Promise.all([folder, file, again].map(async (path) => (await stat(path)).mode & 0o777));
  expect(modes).toEqual([0o700, 0o600, 0o700]);
});

test('a restored folder is the one that was backed up, expiry included, without work under way', async () => {
  const folder = await filled();
  const file = await backedUp(folder);
  const again = join(await scratchFolder(), 'again');
  await restore(file, { folder: again });
  expect(await contentOf(again)).toEqual(await contentOf(folder));
  expect((await contentOf(again)).rows.some(({ expires }) => expires !== null)).toBe(true);
  expect(await readFile(join(again, 'web', 'files', 'x.png'), 'utf8')).toBe('picture');
  expect((await readdir(again)).sort()).toEqual(['blobs', 'keepsake.sqlite', 'web']);
  const store = await storeIn(again);
  const [concept] = await store.concepts.list('b');
  expect(Buffer.from(unwrap(await store.concepts.readBlob(concept!.blob))).toString()).toBe('weights of hat');
  expect(await store.concepts.reserveNumber('a')).toBe(2);
  expect(await store.ledger.list('order')).toEqual([]);
});

test('a folder that has something in it is left as it is', async () => {
  const folder = await filled();
  const file = await backedUp(folder);
  const before = await contentOf(folder);
  await expect(restore(file, { folder })).rejects.toThrow('has something in it');
  expect(await contentOf(folder)).toEqual(before);
});

test('what has records and no file is restored too', async () => {
  const folder = join(await scratchFolder(), 'data');
  const store = await storeIn(folder);
  await store.records.write('a', ['settings'], { language: 'en' });
  await store.close();
  const again = join(await scratchFolder(), 'again');
  await restore(await backedUp(folder), { folder: again });
  expect(await contentOf(again)).toEqual(await contentOf(folder));
});

test('base models are left out, which may be larger than a backup can hold', async () => {
  const folder = await filled();
  const { modelsDir } = unwrap(readSettings({ DATA_DIR: folder }, '/'));
  const weights = join(modelsDir, 'mine', 'unet', 'model.onnx_data');
  await mkdir(join(weights, '..'), { recursive: true });
  await writeFile(weights, '');
  await truncate(weights, 3 * 2 ** 30);
  const again = join(await scratchFolder(), 'again');
  await restore(await backedUp(folder), { folder: again });
  expect((await readdir(again)).sort()).toEqual(['blobs', 'keepsake.sqlite', 'web']);
});

test('an empty folder that is there is taken, what a restore left there that was cut off included', async () => {
  const file = await backedUp(await filled());
  const empty = await scratchFolder();
  const { ino } = await stat(empty);
  await mkdir(join(empty, '.restoring', 'blobs'), { recursive: true });
  expect(await restore(file, { folder: empty })).toMatchObject({ files: 5 });
  expect((await stat(empty)).ino, 'a volume is mounted there').toBe(ino);
  expect((await readdir(empty)).sort()).toEqual(['blobs', 'keepsake.sqlite', 'web']);
});

test('of a damaged backup nothing is restored', async () => {
  const file = await backedUp(await filled());
  const database = new DatabaseSync(file);
  database.exec(`UPDATE files SET bytes = x'00' WHERE path LIKE 'web/%'`);
  database.close();
  const parent = await scratchFolder();
  await expect(restore(file, { folder: join(parent, 'again') })).rejects.toThrow(
    'web/files/x.png in this backup is damaged',
  );
  await writeFile(join(parent, 'rubbish'), 'x'.repeat(5000));
  for (const other of ['rubbish', 'none']) {
    await expect(restore(join(parent, other), { folder: join(parent, 'again') })).rejects.toThrow(
      'no sound backup',
    );
  }
  expect(await readdir(parent)).toEqual(['rubbish']);
});

test('a path in a backup cannot leave the folder', async () => {
  const file = await backedUp(await filled());
  const database = new DatabaseSync(file);
  database.exec(`UPDATE files SET path = '../../out' WHERE path LIKE 'web/%'`);
  database.close();
  const parent = await scratchFolder();
  await expect(restore(file, { folder: join(parent, 'again') })).rejects.toThrow('no sound backup');
  expect(await readdir(parent)).toEqual([]);
});
