import nodeFiles, { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../model-store/drivers/memory.ts';
import type { Storage } from '../../model-store/drivers/storage.ts';
import { serverKey } from '../../model-store/metadata.ts';
import type { Concept } from '../../src/concept.ts';
import { unwrap } from '../../src/result.ts';
import { bytes, sampleConcept, scratchFolder, stored, storeIn, tamper } from './sample.ts';

async function blobNames(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('numbers', () => {
  it('start at 1 and go up by 1, on each server for itself', async () => {
    const { concepts } = await storeIn(await scratchFolder());
    expect([await concepts.reserveNumber('a'), await concepts.reserveNumber('a')]).toEqual([1, 2]);
    expect(await concepts.reserveNumber('b')).toBe(1);
  });

  it('differ when many are asked for at once', async () => {
    const { concepts } = await storeIn(await scratchFolder());
    const numbers = await Promise.all(Array.from({ length: 50 }, () => concepts.reserveNumber('a')));
    expect(new Set(numbers).size).toBe(50);
    expect(Math.max(...numbers)).toBe(50);
  });

  it('are never given again: not after forgetting, not after a restart', async () => {
    const folder = await scratchFolder();
    const store = await storeIn(folder);
    await stored(store, 'a', 'first');
    const last = await stored(store, 'a', 'last');
    unwrap(await store.concepts.forget('a', last.token));
    await store.close();
    const { concepts } = await storeIn(folder);
    expect(await concepts.reserveNumber('a')).toBe(3);
  });
});

describe('concepts', () => {
  it('come back after a restart exactly as they were put, in order of number', async () => {
    const folder = await scratchFolder();
    const store = await storeIn(folder);
    const put = [];
    for (let index = 0; index < 12; index++) put.push(await stored(store, 'a', `thing ${index}`));
    await store.close();
    const { concepts } = await storeIn(folder);
    expect(await concepts.list('a')).toEqual(put);
    expect(await concepts.get('a', '<new7>')).toEqual(put[6]);
    expect(unwrap(await concepts.readBlob(put[6]!.blob))).toEqual(Buffer.from('weights of thing 6'));
  });

  it('keep the order of their numbers when a later one is stored first', async () => {
    const { concepts } = await storeIn(await scratchFolder());
    const [first, second] = [await concepts.reserveNumber('a'), await concepts.reserveNumber('a')];
    for (const number of [second, first]) {
      const weights = bytes(`weights ${number}`);
      unwrap(await concepts.put('a', sampleConcept(number, weights), [weights]));
    }
    expect((await concepts.list('a')).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('cost nothing any more once they are forgotten, however many there were', async () => {
    let asked = 0;
    const memory = openMemory();
    const storage: Storage = {
      ...memory,
      read: (keys) => memory.read(keys).finally(() => (asked += keys.length)),
      keys: (prefix, after, most) => memory.keys(prefix, after, most).finally(() => asked++),
    };
    const { concepts } = await storeIn(await scratchFolder(), { storage });
    const cost = async (act: () => Promise<unknown>) => {
      const before = asked;
      await act();
      return asked - before;
    };
    const last = bytes('weights of the last');
    const restored = {
      concepts: [{ concept: sampleConcept(10_000, last), files: [last] }],
      entries: new Map(),
    };
    unwrap(await concepts.restore('busy', restored));
    expect((await concepts.list('busy')).map(({ number }) => number)).toEqual([10_000]);
    unwrap(await concepts.forget('busy', '<new10000>'));

    const ofNone = await cost(() => concepts.inventory('empty'));
    expect(ofNone).toBeGreaterThan(0);
    expect(await cost(() => concepts.inventory('busy'))).toBe(ofNone);
    const entering = await cost(async () => unwrap(await concepts.restore('empty', restored)));
    expect(await cost(async () => unwrap(await concepts.restore('busy', restored)))).toBe(entering);
  });

  it('can be renamed, and nothing else of them changes', async () => {
    const store = await storeIn(await scratchFolder());
    const concept = await stored(store, 'a', 'dog');
    expect(await store.concepts.rename('a', '<new1>', 'Rex')).toEqual({
      ok: true,
      value: { ...concept, label: 'Rex' },
    });
    expect(await store.concepts.get('a', '<new1>')).toEqual({ ...concept, label: 'Rex' });
  });

  it('go with their files when forgotten, and leave the others whole', async () => {
    const folder = await scratchFolder();
    const store = await storeIn(folder);
    const kept = await stored(store, 'a', 'kept');
    const gone = await stored(store, 'a', 'gone');
    expect(unwrap(await store.concepts.forget('a', gone.token))).toEqual(gone);
    expect(await store.concepts.list('a')).toEqual([kept]);
    expect((await blobNames(folder)).sort()).toEqual([kept.blob.slice(2), kept.sample!.slice(2)].sort());
  });

  it('are forgotten although their files cannot be removed, which the next open does', async () => {
    const folder = await scratchFolder();
    let locked = true;
    const files = {
      ...nodeFiles,
      async rm(...args: Parameters<typeof nodeFiles.rm>) {
        if (locked) throw Object.assign(new Error('in use'), { code: 'EBUSY' });
        return nodeFiles.rm(...args);
      },
    };
    const left: unknown[] = [];
    const options = { files, orphanAge: -1000, onLeftBehind: (error: unknown) => void left.push(error) };
    const store = await storeIn(folder, options);
    const gone = await stored(store, 'a', 'gone');
    expect(await store.concepts.forget('a', gone.token)).toEqual({ ok: true, value: gone });
    expect(await store.concepts.list('a')).toEqual([]);
    expect(left).toEqual([expect.objectContaining({ code: 'EBUSY' }), expect.anything()]);
    await store.close();
    await (await storeIn(folder, options)).close();
    expect([left.length, (await blobNames(folder)).length], 'a file in use does not keep it shut').toEqual([
      4, 2,
    ]);
    locked = false;
    await storeIn(folder, options);
    expect(await blobNames(folder)).toEqual([]);
  });

  it('keep a file that another server names too', async () => {
    const store = await storeIn(await scratchFolder());
    const concept = await stored(store, 'a', 'same');
    expect((await stored(store, 'b', 'same')).blob).toBe(concept.blob);
    unwrap(await store.concepts.forget('a', '<new1>'));
    expect((await store.concepts.readBlob(concept.blob)).ok).toBe(true);
  });

  it('that are not there are said not to be there', async () => {
    const { concepts } = await storeIn(await scratchFolder());
    for (const token of ['<new1>', '<new0>', 'new1', '<new1>/../2', '<new1e3>', '__proto__']) {
      expect(await concepts.get('a', token)).toBeUndefined();
      expect(await concepts.forget('a', token)).toMatchObject({ ok: false, problem: { code: 'not-found' } });
      expect(await concepts.rename('a', token, 'x')).toMatchObject({
        ok: false,
        problem: { code: 'not-found' },
      });
    }
  });

  it('are stored only whole, under a reserved number that is free', async () => {
    const store = await storeIn(await scratchFolder());
    await stored(store, 'a', 'dog');
    const weights = bytes('other');
    await expect(store.concepts.put('a', sampleConcept(1, weights), [weights])).rejects.toThrow('taken');
    await expect(store.concepts.put('a', sampleConcept(2, weights), [weights])).rejects.toThrow(
      'never reserved',
    );
    await store.concepts.reserveNumber('a');
    await expect(store.concepts.put('a', sampleConcept(2, weights), [])).rejects.toThrow('files');
  });
});

describe('servers', () => {
  const hostile = [
    'a',
    'a/concept/1',
    'a/',
    '/',
    '..',
    '../a',
    'a:b',
    'a::b',
    'keepsake:server/a',
    'a%2F',
    'a%252F',
    'Ａ',
    'a\u0000',
    'é',
    'e\u0301',
    '*',
    '%',
    '_',
    "a' OR '1'='1",
    '🦊',
    '__proto__',
  ];

  it('never see, overwrite or forget what another has, whatever their ids are', async () => {
    const folder = await scratchFolder();
    const store = await storeIn(folder);
    const taught = new Map<string, Concept>();
    for (const server of hostile) taught.set(server, await stored(store, server, `thing of ${server}`));
    for (const server of hostile) expect(await store.concepts.list(server)).toEqual([taught.get(server)]);
    unwrap(await store.concepts.forget('a', '<new1>'));
    unwrap(await store.concepts.rename('..', '<new1>', 'renamed'));
    await store.close();
    const { concepts } = await storeIn(folder, { orphanAge: -1000 });
    for (const server of hostile.filter((id) => id !== 'a' && id !== '..')) {
      expect(await concepts.list(server)).toEqual([taught.get(server)]);
      expect((await concepts.readBlob(taught.get(server)!.blob)).ok).toBe(true);
    }
  });

  it('have keys of their own, none of them inside another', () => {
    const keys = hostile.map((server) => serverKey(server, 'concept', 1));
    expect(new Set(keys).size).toBe(hostile.length);
    for (const key of keys) expect(key.split('/')).toHaveLength(4);
  });

  it('have ids of 1 to 200 characters of well-formed text', async () => {
    const { concepts } = await storeIn(await scratchFolder());
    for (const server of ['', 'x'.repeat(201), 'a\ud800']) {
      await expect(concepts.reserveNumber(server)).rejects.toThrow(RangeError);
    }
  });
});

describe('a record damaged by hand', () => {
  const damages = {
    'is no JSON': `UPDATE entries SET value = '{"value":{"tok' WHERE key LIKE '%/concept/2'`,
    'is other JSON': `UPDATE entries SET value = '{"value":{"token":"<new2>"}}' WHERE key LIKE '%/concept/2'`,
    'is bare JSON': `UPDATE entries SET value = '5' WHERE key LIKE '%/concept/2'`,
    "is another concept's": `UPDATE entries SET value = (SELECT value FROM entries WHERE key LIKE '%/concept/1') WHERE key LIKE '%/concept/2'`,
  };

  it.each(Object.entries(damages))('affects only its concept: %s', async (_, sql) => {
    const folder = await scratchFolder();
    const before = await storeIn(folder);
    const [first, second, third] = [
      await stored(before, 'a', 'one'),
      await stored(before, 'a', 'two'),
      await stored(before, 'a', 'three'),
    ];
    await before.close();
    tamper(folder, sql);
    const { concepts } = await storeIn(folder, { orphanAge: -1000 });
    expect(await concepts.list('a')).toEqual([first, third]);
    await expect(concepts.get('a', '<new2>')).rejects.toThrow('<new2> is damaged');
    expect(await concepts.rename('a', '<new2>', 'x')).toMatchObject({ problem: { code: 'storage-corrupt' } });
    expect((await concepts.readBlob(second.blob)).ok, 'its files are not swept').toBe(true);
    expect(await concepts.reserveNumber('a')).toBe(4);
  });

  it.each(Object.entries(damages))('can be forgotten, and then its files are swept: %s', async (_, sql) => {
    const folder = await scratchFolder();
    const before = await storeIn(folder);
    const first = await stored(before, 'a', 'one');
    const second = await stored(before, 'a', 'two');
    expect(await before.concepts.inventory('a')).toEqual({ concepts: [first, second], damaged: [] });
    await before.close();
    tamper(folder, sql);
    const store = await storeIn(folder);
    expect(await store.concepts.inventory('a')).toEqual({ concepts: [first], damaged: [second.token] });
    expect(await store.concepts.forget('a', second.token)).toEqual({ ok: true, value: undefined });
    expect(await store.concepts.inventory('a')).toEqual({ concepts: [first], damaged: [] });
    expect(await store.concepts.get('a', second.token)).toBeUndefined();
    expect(await store.concepts.reserveNumber('a')).toBe(3);
    await store.close();
    const { concepts } = await storeIn(folder, { orphanAge: -1000 });
    expect(await concepts.list('a')).toEqual([first]);
    expect((await blobNames(folder)).sort()).toEqual([first.blob.slice(2), first.sample!.slice(2)].sort());
  });
});

describe('files that no record names', () => {
  it('are swept at open once they are old, drafts too', async () => {
    const folder = await scratchFolder();
    const store = await storeIn(folder);
    const concept = await stored(store, 'a', 'kept');
    await stored(store, 'a', 'lost');
    await store.close();
    tamper(folder, `DELETE FROM entries WHERE key LIKE '%/concept/2'`);
    const young = await storeIn(folder);
    expect(await blobNames(folder)).toHaveLength(4);
    await young.close();
    await storeIn(folder, { orphanAge: -1000 });
    expect((await blobNames(folder)).sort()).toEqual(
      [concept.blob.slice(2), concept.sample!.slice(2)].sort(),
    );
  });
});
