import { writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chromium } from '../../../bin/support/chromium.ts';
import { findProgram, provideProgram } from '../../../bin/support/programs.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-programs-'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function program(name: string, mode = 0o755): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '');
  await chmod(path, mode);
  return path;
}

test('Chromium is found under its names, and CHROMIUM goes before', async () => {
  expect(findProgram(chromium, { PATH: folder })).toBeUndefined();
  await program('chromium', 0o644);
  const chrome = await program('google-chrome');
  expect(findProgram(chromium, { PATH: `/nowhere:${folder}` })).toBe(chrome);
  const own = await program('mine');
  expect(findProgram(chromium, { PATH: folder, CHROMIUM: own })).toBe(own);
  expect(findProgram(chromium, { PATH: folder, CHROMIUM: join(folder, 'gone') })).toBeUndefined();
});

test('a missing Chromium is installed where that needs no password', async () => {
  const ran: string[] = [];
  const problem = provideProgram(chromium, { PATH: folder }, (command, args) => {
    const line = [command, ...args].join(' ');
    ran.push(line);
    if (line.includes(' install ')) writeFileSync(join(folder, 'chromium'), '', { mode: 0o755 });
    return true;
  });
  expect(
    ran.filter((line) => line.includes('apt-get -qq')).map((line) => line.replace(/.*-qq /, '')),
  ).toEqual(['update', 'install --yes --no-install-recommends chromium fonts-dejavu-core']);
  expect(problem).toBeUndefined();
});

test.each([
  ['there is no apt-get', 'apt-get --version'],
  ['a package list cannot be fetched', '-qq update'],
  ['it cannot be installed', '-qq install'],
])('where %s, a sentence says what to do', (_, failing) => {
  const run = (command: string, args: readonly string[]) => ![command, ...args].join(' ').includes(failing);
  expect(provideProgram(chromium, { PATH: folder }, run)).toMatch(/need Chromium: install it/);
});

test('a program that Debian keeps off the PATH is found there, after those on the PATH', async () => {
  const aside = { ...chromium, names: ['beside'], folders: () => [folder] };
  const found = await program('beside');
  expect(findProgram(aside, { PATH: '/nowhere' })).toBe(found);
  const first = await mkdtemp(join(folder, 'path-'));
  await writeFile(join(first, 'beside'), '', { mode: 0o755 });
  expect(findProgram(aside, { PATH: first })).toBe(join(first, 'beside'));
});
