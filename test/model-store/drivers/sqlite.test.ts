import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../../model-store/drivers/sqlite.ts';
import { openStore } from '../../../model-store/open.ts';
import { scratchFolder, storeIn } from '../sample.ts';
import { testStorage } from './suite.ts';

testStorage('SQLite', async () => {
  const file = join(await scratchFolder(), 'k.sqlite');
  return async () => openSqlite(file);
});

describe('the SQLite driver', () => {
  it('leaves nothing in its files of what was deleted', async () => {
    const folder = await scratchFolder();
    const file = join(folder, 'k.sqlite');
    const storage = openSqlite(file);
    const keys = Array.from({ length: 50 }, (_, index) => `key ${index}`);
    for (const key of keys) await storage.commit([{ key, text: `secret number ${key} ${'x'.repeat(99)}` }]);
    await storage.commit([{ key: 'kept', text: 'something else' }]);
    await storage.commit(keys.map((key) => ({ key, text: undefined })));
    await storage.close();
    const left = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')),
    );
    expect(left.join('')).toContain('something else');
    expect(left.join('')).not.toContain('secret number');
  });

  it('has deleted what has expired once it was tidied', async () => {
    const file = join(await scratchFolder(), 'k.sqlite');
    const storage = openSqlite(file);
    await storage.commit([
      { key: 'past', text: 'x', expires: Date.now() - 1 },
      { key: 'future', text: 'y', expires: Date.now() + 60_000 },
      { key: 'kept', text: 'z' },
    ]);
    await storage.tidy();
    await storage.close();
    const rows = new DatabaseSync(file).prepare('SELECT key FROM entries ORDER BY key').all();
    expect(rows.map(({ key }) => key)).toEqual(['future', 'kept']);
  });

  it('says that the disk is full', async () => {
    const storage = openSqlite(join(await scratchFolder(), 'k.sqlite'), { maxPages: 8 });
    await storage.commit([{ key: 'small', text: 'x' }]);
    const writes = [
      { key: 'small', text: 'y' },
      { key: 'large', text: 'x'.repeat(100_000) },
    ];
    await expect(storage.commit(writes)).rejects.toMatchObject({ problem: { code: 'storage-full' } });
    expect(await storage.read(['small', 'large'])).toEqual(['x', undefined]);
  });

  it('loses nothing that was answered when the process is killed', async () => {
    const file = join(await scratchFolder(), 'k.sqlite');
    const script = `
      const { openSqlite } = await import(${JSON.stringify(new URL('../../../model-store/drivers/sqlite.ts', import.meta.url).href)});
      await openSqlite(${JSON.stringify(file)}).commit([{ key: 'key', text: 'answered' }]);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
    expect(signal).toBe('SIGKILL');
    expect(await openSqlite(file).read(['key'])).toEqual(['answered']);
  });
});

describe('a data folder', () => {
  it('belongs to one process at a time', async () => {
    const folder = await scratchFolder();
    await storeIn(folder);
    const file = join(folder, 'keepsake.sqlite');
    expect(() => openSqlite(file, { busyTimeout: 10 })).toThrow('Another process is using');
  });

  it('whose database is rubbish is refused with what to do', async () => {
    const folder = await scratchFolder();
    await writeFile(join(folder, 'keepsake.sqlite'), 'rubbish '.repeat(1000));
    const opened = await openStore({ folder });
    expect(opened).toMatchObject({
      problem: { code: 'storage-corrupt', message: expect.stringContaining('from a backup') },
    });
  });
});
