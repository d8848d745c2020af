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
  const shelf = await openFileShelf(folder, 250);
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
