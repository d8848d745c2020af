import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStore } from '../../../model-store/open.ts';
import { restore } from '../../../model-store/upkeep/restore.ts';
import { scratchFolder, stored, storeIn, tamper } from '../sample.ts';

/** A folder as version 1 wrote it: the same records without checksums and without a version. */
async function oldFolder(): Promise<string> {
  const folder = join(await scratchFolder(), 'data');
  const store = await storeIn(folder);
  for (const text of ['dog', 'hat']) await stored(store, 'a', text);
  await store.records.write('a', ['usage', 'lessons'], [1], 3600);
  await store.close();
  tamper(folder, `UPDATE entries SET value = substr(value, 9)`);
  tamper(folder, `DELETE FROM entries WHERE key LIKE '%store-version'`);
  return folder;
}

function rowsOf(folder: string) {
  const database = new DatabaseSync(join(folder, 'keepsake.sqlite'));
  const rows = database.prepare('SELECT key, value, expires FROM entries ORDER BY key').all();
  database.close();
  return rows;
}

test('what an earlier version wrote is read as it was, and there is a backup of it', async () => {
  const folder = await oldFolder();
  const before = rowsOf(folder);
  expect(before[0]!.value).toMatch(/^\{/);
  const store = await storeIn(folder);
  expect((await store.concepts.list('a')).map(({ number }) => number)).toEqual([1, 2]);
  expect(await store.records.read('a', 'usage', 'lessons')).toEqual([1]);
  await store.close();
  expect(
    rowsOf(folder)
      .map(({ expires }) => expires)
      .filter((time) => time !== null),
  ).toHaveLength(1);
  expect(await readdir(join(folder, 'backups'))).toEqual(['before-version-2.sqlite']);

  const again = join(await scratchFolder(), 'again');
  await restore(join(folder, 'backups', 'before-version-2.sqlite'), again);
  expect(rowsOf(again).map(({ key, value }) => [key, value])).toEqual(
    before.map(({ key, value }) => [key, value]),
  );
  const restored = await storeIn(again);
  expect(await restored.concepts.list('a')).toHaveLength(2);
});

test('an upgrade that was interrupted goes on, and keeps the backup that it made first', async () => {
  const folder = await oldFolder();
  await (await storeIn(folder)).close();
  tamper(folder, `UPDATE entries SET value = substr(value, 9) WHERE key LIKE '%concept/2'`);
  tamper(folder, `DELETE FROM entries WHERE key LIKE '%store-version'`);
  const store = await storeIn(folder);
  expect(await store.concepts.list('a')).toHaveLength(2);
  await store.close();
  const again = join(await scratchFolder(), 'again');
  await restore(join(folder, 'backups', 'before-version-2.sqlite'), again);
  expect(rowsOf(again).every(({ value }) => String(value).startsWith('{'))).toBe(true);
});

test('a new folder has nothing to be backed up', async () => {
  const folder = await scratchFolder();
  await (await storeIn(folder)).close();
  await (await storeIn(folder)).close();
  expect(await readdir(folder)).not.toContain('backups');
});

test('what a newer version wrote is left alone', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  await stored(store, 'a', 'dog');
  await store.close();
  const { crc32 } = await import('node:zlib');
  const json = '{"value":3}';
  const text = crc32(json).toString(16).padStart(8, '0') + json;
  tamper(folder, `UPDATE entries SET value = '${text}' WHERE key LIKE '%store-version'`);
  const before = rowsOf(folder);
  expect(await openStore({ folder })).toMatchObject({
    problem: { code: 'not-allowed', message: expect.stringContaining('newer version') },
  });
  expect(rowsOf(folder)).toEqual(before);
});
