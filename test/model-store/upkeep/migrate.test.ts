import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
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

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** A folder as version 2 wrote it: checksums of the JSON alone, jobs among the records of their server, one list of those that left. */
async function folderOfVersion2(): Promise<string> {
  const folder = await oldFolder();
  const rows: readonly (readonly [string, string])[] = [
    ['store-version', '{"value":2}'],
    ['departures', '{"value":[["a/b",5],["c",7]]}'],
    ['server/a%2Fb/ledger/job1/order', JSON.stringify({ value: JSON.stringify({ at: 1 }) })],
    ...rowsOf(folder).map(({ key, value }) => [String(key), String(value)] as const),
  ];
  tamper(folder, `DELETE FROM entries WHERE key LIKE 'file/%' OR key LIKE '%/additions' OR key = 'swept'`);
  const database = new DatabaseSync(join(folder, 'keepsake.sqlite'));
  const put = database.prepare(`INSERT OR REPLACE INTO entries VALUES ('keepsake', ?, ?, ?)`);
  for (const [key, json] of rows.filter(([key]) => !/^file|additions$|^swept/.test(key)))
    put.run(key, checksum(json) + json, key.endsWith('lessons') ? Date.now() + 60_000 : null);
  database.exec(`UPDATE entries SET value = replace(value, 'dog 2', 'cat 2') WHERE key LIKE '%concept/2'`);
  database.close();
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
  expect(await readdir(join(folder, 'backups'))).toEqual(['before-version-3.sqlite']);

  const again = join(await scratchFolder(), 'again');
  await restore(join(folder, 'backups', 'before-version-3.sqlite'), { folder: again });
  expect(rowsOf(again).map(({ key, value }) => [key, value])).toEqual(
    before.map(({ key, value }) => [key, value]),
  );
  const restored = await storeIn(again);
  expect(await restored.concepts.list('a')).toHaveLength(2);
});

test('of version 2 everything is there: jobs, those who left, what is kept for some time, and what was damaged is', async () => {
  const folder = await folderOfVersion2();
  const store = await storeIn(folder, { orphanAge: -1000 });
  const { concepts, damaged } = await store.concepts.inventory('a');
  expect([concepts.map(({ number }) => number), damaged]).toEqual([[1], ['<new2>']]);
  expect((await store.concepts.readBlob(concepts[0]!.blob)).ok).toBe(true);
  expect(await store.ledger.list('order')).toEqual([{ server: 'a/b', job: 'job1', value: { at: 1 } }]);
  expect(await store.servers.departures.due(6)).toEqual(['a/b']);
  expect(await store.servers.departures.due(7)).toEqual(['a/b', 'c']);
  expect(await store.records.read('a', 'usage', 'lessons')).toEqual([1]);
  await store.concepts.erase('a/b');
  expect(await store.ledger.list('order')).toEqual([]);
  await store.close();
  const keys = rowsOf(folder).map(({ key }) => String(key));
  expect(keys.filter((key) => key.includes('ledger') || key === 'departures')).toEqual([]);
  expect(await readdir(join(folder, 'backups'))).toEqual(['before-version-3.sqlite']);
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
  await restore(join(folder, 'backups', 'before-version-3.sqlite'), { folder: again });
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
  const json = '{"value":4}';
  tamper(
    folder,
    `UPDATE entries SET value = '${checksum(`store-version\n${json}`)}${json}' WHERE key = 'store-version'`,
  );
  const before = rowsOf(folder);
  expect(await openStore({ folder })).toMatchObject({
    problem: { code: 'not-allowed', message: expect.stringContaining('newer version') },
  });
  expect(rowsOf(folder)).toEqual(before);
});
