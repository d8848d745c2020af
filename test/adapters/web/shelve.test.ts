import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFileShelf } from '../../../adapters/web/files.ts';
import { shelve } from '../../../adapters/web/shelve.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-shelve-'));
});
afterEach(() => rm(folder, { recursive: true }));

const none = () => new Set<string>();
const file = (fill: number) => ({ bytes: new Uint8Array(100).fill(fill), extension: 'png' as const });

/** A shelf on a disk that has room for so many files. */
function openSmallShelf(room: number) {
  let written = 0;
  const write: typeof writeFile = async (...args) => {
    if (++written > room) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    await writeFile(...args);
  };
  return openFileShelf(folder, { write });
}

test('files are put on the shelf, and their addresses come in the order of the files', async () => {
  const shelf = await openFileShelf(folder);
  const urls = await shelve(shelf, [file(2), file(1)], none);
  const kept = await Promise.all(urls.map((url) => shelf.read(url.slice('/files/'.length))));
  expect(kept.map((bytes) => bytes?.[0])).toEqual([2, 1]);
});

test('where the disk fills up, none of the files stay, however many of them fail', async () => {
  const shelf = await openSmallShelf(2);
  const files = [1, 2, 3, 4, 5].map(file);
  await expect(shelve(shelf, files, none)).rejects.toMatchObject({ problem: { code: 'storage-full' } });
  expect(await readdir(folder)).toEqual([]);
});

test('where the disk fills up, a file that a message shows stays', async () => {
  const shelf = await openSmallShelf(2);
  const [url] = await shelve(shelf, [file(1)], none);
  const name = url!.slice('/files/'.length);
  shelf.release([name]);
  await expect(shelve(shelf, [1, 2, 3, 4].map(file), () => new Set([url!]))).rejects.toThrow(
    'The disk is full',
  );
  expect(await readdir(folder)).toEqual([name]);
  await shelf.remove([name]);
  expect(await readdir(folder)).toEqual([]);
});
