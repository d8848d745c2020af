import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../../model-store/drivers/sqlite.ts';
import { openStore } from '../../../model-store/open.ts';
import { scratchFolder, storeIn } from '../sample.ts';

async function keyvOver(file: string, namespace?: string): Promise<Keyv> {
  const options = { store: openSqlite(join(await scratchFolder(), file)) };
  return new Keyv(namespace === undefined ? options : { ...options, namespace });
}

describe('the SQLite adapter', () => {
  it('is used by Keyv as it is, without a bridge', async () => {
    const storage = openSqlite(':memory:');
    expect(new Keyv({ store: storage }).store).toBe(storage);
  });

  it('does what Keyv asks of a storage adapter', async () => {
    const keyv = await keyvOver('k.sqlite', 'space');
    expect(await keyv.set('a', { n: 1 })).toBe(true);
    expect(
      await keyv.setMany([
        { key: 'b', value: 2 },
        { key: 'c', value: 3 },
      ]),
    ).toEqual([true, true]);
    expect(await keyv.get('a')).toEqual({ n: 1 });
    expect(await keyv.getMany(['c', 'x', 'b'])).toEqual([3, undefined, 2]);
    expect([await keyv.has('a'), await keyv.has('x')]).toEqual([true, false]);
    expect([await keyv.delete('a'), await keyv.delete('a')]).toEqual([true, false]);
    expect(await keyv.deleteMany(['b', 'x'])).toEqual([true, false]);
    await keyv.clear();
    expect(await keyv.get('c')).toBeUndefined();
    await keyv.disconnect();
  });

  it('iterates over every key of its namespace and of no other, while keys come and go', async () => {
    const storage = openSqlite(':memory:');
    const keyv = new Keyv({ store: storage, namespace: 'space' });
    const keys = Array.from({ length: 600 }, (_, index) => `key ${String(index).padStart(3, '0')}`);
    await keyv.setMany(keys.map((key) => ({ key, value: key })));
    storage.namespace = 'other';
    await storage.set('key 000', '{"value":"other"}');
    storage.namespace = 'space';
    const seen = [];
    for await (const [key, value] of keyv.iterator() as AsyncIterable<[string, string]>) {
      seen.push(value);
      await keyv.delete(key);
    }
    expect(seen).toEqual(keys);
    storage.namespace = 'other';
    expect(await storage.has('key 000')).toBe(true);
  });

  it('leaves nothing in its files of what was deleted', async () => {
    const folder = await scratchFolder();
    const file = join(folder, 'k.sqlite');
    const keyv = new Keyv({ store: openSqlite(file) });
    for (let index = 0; index < 50; index++)
      await keyv.set(`key ${index}`, `secret number ${index} ${'x'.repeat(99)}`);
    await keyv.set('kept', 'something else');
    await keyv.deleteMany(Array.from({ length: 50 }, (_, index) => `key ${index}`));
    await keyv.disconnect();
    const left = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')),
    );
    expect(left.join('')).toContain('something else');
    expect(left.join('')).not.toContain('secret number');
  });

  it('has deleted what has expired once it was iterated over', async () => {
    const file = join(await scratchFolder(), 'k.sqlite');
    const storage = openSqlite(file);
    await storage.set('past', 'x', Date.now() - 1);
    await storage.set('future', 'y', Date.now() + 60_000);
    await storage.set('kept', 'z');
    for await (const _ of storage.iterator!());
    await storage.disconnect?.();
    const rows = new DatabaseSync(file).prepare('SELECT key FROM entries ORDER BY key').all();
    expect(rows.map(({ key }) => key)).toEqual(['future', 'kept']);
  });

  it('forgets what has expired', async () => {
    const storage = openSqlite(':memory:');
    await storage.set('past', 'x', Date.now() - 1);
    await storage.set('future', 'x', Date.now() + 60_000);
    expect(await storage.hasMany(['past', 'future'])).toEqual([false, true]);
  });

  it('writes all of many or none', async () => {
    const storage = openSqlite(':memory:');
    const broken = {
      key: 'b',
      get value(): string {
        throw new Error('no value');
      },
    };
    await expect(storage.setMany([{ key: 'a', value: '1' }, broken])).rejects.toThrow('no value');
    expect(await storage.has('a')).toBe(false);
  });

  it('says that the disk is full', async () => {
    const storage = openSqlite(join(await scratchFolder(), 'k.sqlite'), { maxPages: 8 });
    await storage.set('small', 'x');
    await expect(storage.set('large', 'x'.repeat(100_000))).rejects.toMatchObject({
      problem: { code: 'storage-full' },
    });
    expect(await storage.get('small')).toBe('x');
  });

  it('loses nothing that was answered when the process is killed', async () => {
    const file = join(await scratchFolder(), 'k.sqlite');
    const script = `
      const { openSqlite } = await import(${JSON.stringify(new URL('../../../model-store/drivers/sqlite.ts', import.meta.url).href)});
      await openSqlite(${JSON.stringify(file)}).set('key', 'answered');
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
    expect(signal).toBe('SIGKILL');
    expect(await openSqlite(file).get('key')).toBe('answered');
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
