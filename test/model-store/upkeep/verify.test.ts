import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { verify } from '../../../model-store/upkeep/verify.ts';
import { scratchFolder, stored, storeIn, tamper } from '../sample.ts';

async function filled(): Promise<string> {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  await stored(store, 'a', 'dog');
  await store.records.write('a', ['usage', 'lessons'], [{ user: 'u', at: 17, count: 1 }]);
  await store.close();
  return folder;
}

test('what is as it was written has no fault', async () => {
  const folder = await filled();
  expect(await verify({ folder })).toMatchObject({ concepts: 1, files: 2, unnamed: 0, faults: [] });
  await writeFile(join(folder, 'blobs', (await readdir(join(folder, 'blobs')))[0]!, 'f'.repeat(62)), 'x');
  expect(await verify({ folder })).toMatchObject({ unnamed: 1, faults: [] });
});

test('a number that has become another one is found, though it is sound JSON, and reads as damaged', async () => {
  const folder = await filled();
  tamper(folder, `UPDATE entries SET value = replace(value, '"at":17', '"at":19') WHERE key LIKE '%lessons'`);
  expect((await verify({ folder })).faults).toEqual([
    expect.stringMatching(/^The record .*usage\/lessons is damaged/),
  ]);
  const { records } = await storeIn(folder);
  expect(await records.read('a', 'usage', 'lessons')).toBeNull();
});

test('a flipped byte of a file is found, and a missing file', async () => {
  const folder = await filled();
  const store = await storeIn(folder);
  const [concept] = await store.concepts.list('a');
  const path = store.concepts.blobPath(concept!.blob);
  await store.close();
  const bytes = await readFile(path);
  bytes[3]! ^= 4;
  await writeFile(path, bytes);
  expect((await verify({ folder })).faults).toEqual([
    expect.stringMatching(/is damaged.*belongs to .*concept\/1/),
  ]);
});

test('what is large of a job is held against its hash too', async () => {
  const folder = await filled();
  const store = await storeIn(folder);
  await store.ledger.write('a', 'job1', { order: {}, checkpoint: new Uint8Array(20_000) });
  await store.close();
  expect((await verify({ folder })).faults).toEqual([]);
  const [name] = await readdir(join(folder, 'job-files'));
  await writeFile(join(folder, 'job-files', name!), 'other');
  expect((await verify({ folder })).faults).toEqual([
    'The file of the record ledger/a/job1/checkpoint is missing or damaged.',
  ]);
});

/** Bytes of the pages that hold something: what nobody reads may be anything. */
async function flipEach(folder: string, every: number, check: (at: number) => Promise<void>): Promise<void> {
  const path = join(folder, 'keepsake.sqlite');
  const whole = await readFile(path);
  for (let at = 100; at < whole.length; at += every) {
    if (whole[at] === 0) continue;
    const file = await open(path, 'r+');
    await file.write(Uint8Array.of(whole[at]! ^ 0x10), 0, 1, at);
    await file.close();
    await check(at);
    await writeFile(path, whole);
  }
}

test('whatever byte of the database flips, nothing wrong is read as right', async () => {
  const folder = await filled();
  const database = new DatabaseSync(join(folder, 'keepsake.sqlite'));
  const before = new Map(
    database
      .prepare('SELECT key, value FROM entries')
      .all()
      .map(({ key, value }) => [key, value]),
  );
  database.close();
  await flipEach(folder, 97, async () => {
    const verified = await verify({ folder }).catch((error: Error) => ({ faults: [error.message] }));
    if (verified.faults.length > 0) return;
    const now = new DatabaseSync(join(folder, 'keepsake.sqlite'));
    const rows = now.prepare('SELECT key, value FROM entries').all();
    now.close();
    expect(new Map(rows.map(({ key, value }) => [key, value]))).toEqual(before);
  });
});
