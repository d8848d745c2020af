import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AdapterModule } from '../../adapters/adapter.ts';
import { loadAdapters, wantedAdapters } from '../../adapters/index.ts';
import { readSettings } from '../../src/settings/settings.ts';

const settings = readSettings({}, tmpdir());
const moduleOf = (name: string, wanted: boolean): AdapterModule => ({
  name,
  wanted: () => wanted,
  create: () => Promise.reject(new Error('unused')),
});

test('adapters are the folders', async () => {
  expect((await loadAdapters()).map(({ name }) => name)).toContain('web');
});

test('a folder without an adapter is refused by name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-adapters-'));
  await mkdir(join(folder, 'pigeon'));
  await writeFile(join(folder, 'pigeon', 'index.ts'), 'export default { name: "dove" };');
  await expect(loadAdapters(folder)).rejects.toThrow('adapters/pigeon/index.ts has no adapter named pigeon');
  await rm(folder, { recursive: true });
});

test('the local chat runs where nothing else is wanted', () => {
  if (!settings.ok) throw new Error(settings.problem.message);
  const names = (...modules: AdapterModule[]) =>
    wantedAdapters(modules, settings.value).map(({ name }) => name);
  expect(names(moduleOf('pigeon', false), moduleOf('web', false))).toEqual(['web']);
  expect(names(moduleOf('pigeon', true), moduleOf('web', false))).toEqual(['pigeon']);
});
