import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFileShelf } from '../../../adapters/web/files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = (fill: number, length = 100) => new Uint8Array(length).fill(fill);

test('a file is found by its hash, also after a restart, and kept once', async () => {
  const shelf = await openFileShelf(folder);
  const name = await shelf.put(bytes(1), 'png');
  expect(await shelf.put(bytes(1), 'png')).toBe(name);
  const again = await openFileShelf(folder);
  expect(new Uint8Array((await again.read(name))!)).toEqual(bytes(1));
  expect(await readdir(folder)).toEqual([name]);
});

test('the oldest files make room for new ones', async () => {
  const shelf = await openFileShelf(folder, { mostBytes: 250 });
  const names = [];
  for (const fill of [1, 2, 3]) names.push(await shelf.put(bytes(fill), 'bin'));
  expect(await shelf.read(names[0]!)).toBeUndefined();
  expect(await shelf.read(names[2]!)).toBeDefined();
  expect((await readdir(folder)).sort()).toEqual(names.slice(1).sort());
});

test('nothing but its own files is read', async () => {
  await writeFile(join(folder, 'secret.png'), 'secret');
  const shelf = await openFileShelf(folder);
  for (const name of ['secret.png', '../secret.png', `${'0'.repeat(64)}.png`, '', '..']) {
    expect(await shelf.read(name)).toBeUndefined();
  }
});

test('the same bytes put twice at once are one file, and counted once', async () => {
  const shelf = await openFileShelf(folder, { mostBytes: 250 });
  const [name] = await Promise.all([shelf.put(bytes(1), 'bin'), shelf.put(bytes(1), 'bin')]);
  const other = await shelf.put(bytes(2), 'bin');
  expect((await readdir(folder)).sort()).toEqual([name, other].sort());
});

test('what a crash left half-written is removed, and what is not the shelf’s stays', async () => {
  for (const name of ['0123456789abcdef.tmp', 'notes.tmp']) await writeFile(join(folder, name), 'half');
  await openFileShelf(folder);
  expect(await readdir(folder)).toEqual(['notes.tmp']);
});

test('a full disk is told as such, and leaves nothing behind', async () => {
  let full = true;
  const write: typeof writeFile = async (...args) => {
    await writeFile(...args);
    if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  const shelf = await openFileShelf(folder, { write });
  const problem = { problem: { code: 'storage-full' } };
  await expect(shelf.put(bytes(1), 'bin')).rejects.toMatchObject(problem);
  expect(await readdir(folder)).toEqual([]);
  full = false;
  expect(await shelf.read(await shelf.put(bytes(1), 'bin'))).toBeDefined();
});

test('files that nothing shows any more can be removed, one by one or all but some', async () => {
  const shelf = await openFileShelf(folder);
  const names: string[] = [];
  for (const fill of [1, 2, 3]) names.push(await shelf.put(bytes(fill), 'bin'));
  shelf.release(names);
  await shelf.remove([names[0]!, 'nothing of that name']);
  expect(await shelf.read(names[0]!)).toBeUndefined();
  await shelf.keepOnly(new Set([names[2]!]));
  expect(await readdir(folder)).toEqual([names[2]]);
});

test('bytes put anew stay, though what showed them before goes meanwhile', async () => {
  const shelf = await openFileShelf(folder);
  const name = await shelf.put(bytes(1), 'png');
  shelf.release([name]);
  await shelf.put(bytes(1), 'png');
  await shelf.remove([name]);
  expect(await shelf.read(name)).toBeDefined();
  shelf.release([name]);
  const removed = shelf.remove([name]);
  const again = shelf.put(bytes(1), 'png');
  await Promise.all([removed, again]);
  expect(new Uint8Array((await shelf.read(name))!)).toEqual(bytes(1));
});
