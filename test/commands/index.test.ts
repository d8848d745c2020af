import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadCommands } from '../../commands/index.ts';

const folders: string[] = [];

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-commands-'));
  folders.push(folder);
  await Promise.all(Object.entries(files).map(([name, source]) => writeFile(join(folder, name), source)));
  return folder;
}

afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

const wave = `export default { name: 'wave', description: 'Waves', access: 'everyone', options: {}, positional: [],
  example: '/wave', run: async () => {} };`;

describe('the commands', () => {
  test('are the files of the folder', async () => {
    const names = (await loadCommands()).map((command) => command.name);
    expect(names).toEqual([
      'cancel',
      'concepts',
      'export',
      'forget',
      'help',
      'imagine',
      'import',
      'privacy',
      'queue',
      'settings',
      'teach',
    ]);
  });

  test('grow by a file', async () => {
    const commands = await loadCommands(await folderWith({ 'wave.ts': wave, 'notes.md': 'text' }));
    expect(commands.map((command) => command.name)).toEqual(['wave']);
  });

  test.each([
    ['no default export', 'export const wave = 1;', 'no default export'],
    ['another name than its file', wave.replace("'wave'", "'bow'"), 'its name is bow'],
    ['no run', wave.replace('run: async () => {}', ''), 'no run'],
    ['a description too long for Discord', wave.replace('Waves', 'x'.repeat(101)), 'the description of wave'],
    [
      'an undeclared positional option',
      wave.replace('positional: []', "positional: ['hand']"),
      'option hand is not',
    ],
  ])('refuse by name a file with %s', async (_, source, reason) => {
    const folder = await folderWith({ 'wave.ts': source });
    await expect(loadCommands(folder)).rejects.toThrow(`commands/wave.ts is not a command: `);
    await expect(loadCommands(folder)).rejects.toThrow(reason);
  });
});
