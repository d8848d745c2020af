import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../model-store/drivers/memory.ts';
import type { Storage } from '../../model-store/drivers/storage.ts';
import type { ModelStore } from '../../model-store/open.ts';
import { unwrap } from '../../src/result.ts';
import { bytes, sampleConcept, scratchFolder, stored, storeIn } from './sample.ts';

/** Two stores over the same records and files, as two machines have them: neither knows of what the other has in memory. */
async function twoStores(storage: Storage = openMemory()) {
  const folder = await scratchFolder();
  const options = { storage, orphanAge: -1000 };
  const [one, two] = [await storeIn(folder, options), await storeIn(folder, options)];
  return { one, two, folder, again: () => storeIn(folder, options) };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Puts what another server may have too, under the server's next number. */
const putSame = (store: ModelStore, server: string) => stored(store, server, 'the same');

describe('two stores that share what they keep', () => {
  it('never give one number twice, and append without loss', async () => {
    const { one, two } = await twoStores();
    const each = Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two));
    const numbers = await Promise.all(each.map(({ concepts }) => concepts.reserveNumber('a')));
    expect(new Set(numbers).size).toBe(20);
    const ids = await Promise.all(each.map(({ jobs }, index) => jobs.put('a', { user: 'u', index })));
    expect(new Set(ids).size).toBe(20);
    expect(await one.servers.requests('a', 'u')).toHaveLength(20);
  });

  it('refuse a concept whose weights were chosen before another was added, and leave none of its files', async () => {
    const { one, two, folder } = await twoStores();
    const additions = await one.concepts.additions('a');
    const first = await stored(two, 'a', 'first');
    const weights = bytes('second');
    const concept = sampleConcept(await one.concepts.reserveNumber('a'), weights);
    expect(await one.concepts.put('a', concept, [weights], { additions })).toMatchObject({
      problem: { code: 'outrun' },
    });
    expect(await one.concepts.list('a')).toEqual([first]);
    expect(await filesIn(folder)).toHaveLength(2);
    unwrap(await one.concepts.put('a', concept, [weights], { additions: await one.concepts.additions('a') }));
    unwrap(await two.concepts.forget('a', first.token));
    expect((await two.concepts.list('a')).map(({ token }) => token)).toEqual(['<new2>']);
  });

  it('store nothing for a job that has ended or that somebody has stopped, and nothing twice for one', async () => {
    const { one, two, folder } = await twoStores();
    const weights = bytes('weights');
    const concept = sampleConcept(await one.concepts.reserveNumber('a'), weights);
    const put = (store: ModelStore) => store.concepts.put('a', concept, [weights], { job: 'job1' });
    expect(await put(one)).toMatchObject({ problem: { code: 'cancelled' } });
    await two.ledger.write('a', 'job1', { order: { at: 1 }, cancelled: 2 });
    expect(await put(one)).toMatchObject({ problem: { code: 'cancelled' } });
    expect(await filesIn(folder)).toEqual([]);
    await two.ledger.remove('a', 'job1', 'cancelled');
    unwrap(await put(one));
    expect(await put(two)).toMatchObject({ problem: { code: 'outrun' } });
    expect(await two.concepts.list('a')).toEqual([concept]);
  });

  it('store a concept once that both were given, whoever comes first', async () => {
    const { one, two } = await twoStores();
    const weights = bytes('weights');
    const concept = sampleConcept(await one.concepts.reserveNumber('a'), weights);
    const puts = await Promise.allSettled(
      [one, two].map(({ concepts }) => concepts.put('a', concept, [weights])),
    );
    expect(puts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await two.concepts.list('a')).toEqual([concept]);
    expect((await two.concepts.readBlob(concept.blob)).ok).toBe(true);
  });

  it('never rename a concept back that the other forgot', async () => {
    for (let round = 0; round < 20; round++) {
      const { one, two } = await twoStores();
      const { token } = await stored(one, 'a', 'dog');
      await Promise.all([one.concepts.rename('a', token, 'Rex'), two.concepts.forget('a', token)]);
      expect(await one.concepts.list('a')).toEqual([]);
    }
  });

  it('keep a file that one forgets while the other stores it, and remove it once neither needs it', async () => {
    const { one, two, folder } = await twoStores();
    for (let round = 0; round < 20; round++) {
      const { token } = await putSame(one, 'a');
      const [, concept] = await Promise.all([one.concepts.forget('a', token), putSame(two, 'b')]);
      expect((await two.concepts.readBlob(concept.blob)).ok, `round ${round}`).toBe(true);
      unwrap(await two.concepts.forget('b', concept.token));
      expect(await filesIn(folder), `round ${round}`).toEqual([]);
    }
  });

  it('keep through each sweep what the other is writing, though it lay there long before and nothing named it', async () => {
    const storage = openMemory();
    const { one, folder } = await twoStores(storage);
    const { blob } = await putSame(one, 'a');
    unwrap(await one.concepts.forget('a', '<new1>'));
    const path = one.concepts.blobPath(blob);
    for (let round = 0; round < 20; round++) {
      await writeFile(path, 'weights of the same');
      await utimes(path, 1, 1);
      await storage.commit([{ key: 'swept', text: undefined }]);
      const [concept] = await Promise.all([putSame(one, `${round}`), storeIn(folder, { storage })]);
      expect((await one.concepts.readBlob(blob)).ok, `round ${round}`).toBe(true);
      unwrap(await one.concepts.forget(`${round}`, concept.token));
    }
  });

  it('keep a file that one comes to need while the other is finding out whether anybody does', async () => {
    for (const moment of ['before', 'after']) {
      const storage = openMemory();
      const folder = await scratchFolder();
      const [ready, named] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const commit: Storage['commit'] = async (writes, expected) => {
        const names = writes.some(({ key }) => key.includes('/concept/'));
        if (names) ready.resolve();
        if (names) await named.promise;
        return storage.commit(writes, expected);
      };
      const one = await storeIn(folder, { storage: { ...storage, commit } });
      const putting = putSame(one, 'a');
      await ready.promise;
      const read: Storage['read'] = async (keys) => {
        const looks = keys.some((key) => key.startsWith('file/'));
        const isNamed = async () => {
          named.resolve();
          await putting;
        };
        if (looks && moment === 'before') await isNamed();
        const texts = await storage.read(keys);
        if (looks && moment === 'after') await isNamed();
        return texts;
      };
      await storeIn(folder, { storage: { ...storage, read }, orphanAge: -1000 });
      expect((await one.concepts.readBlob((await putting).blob)).ok, moment).toBe(true);
    }
  });

  it('bring a server in once where both try, and count where both change', async () => {
    const { one, two } = await twoStores();
    const weights = bytes('weights');
    const concepts = [{ concept: sampleConcept(1, weights), files: [weights] }];
    const entries = new Map([['settings', { language: 'en' }]]);
    const restored = await Promise.all(
      [one, two].map((store) => store.concepts.restore('a', { concepts, entries })),
    );
    expect(restored.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect((await one.concepts.readBlob(concepts[0]!.concept.blob)).ok).toBe(true);
    const count = (store: ModelStore) =>
      store.records.change('a', ['count'], (stored) => ({ result: 0, value: Number(stored ?? 0) + 1 }));
    await Promise.all(Array.from({ length: 30 }, (_, index) => count(index % 2 ? one : two)));
    expect(await one.records.read('a', 'count')).toBe(30);
  });

  it('both know which servers left', async () => {
    const { one, two } = await twoStores();
    await Promise.all([one.servers.departures.leave('a', 5), two.servers.departures.leave('b', 5)]);
    expect([...(await one.servers.departures.due(9))].sort()).toEqual(['a', 'b']);
    await two.servers.departures.stay('a');
    expect(await one.servers.departures.due(9)).toEqual(['b']);
  });
});

describe('what is known of files', () => {
  it('is found out anew where it was lost or damaged, and no file goes meanwhile', async () => {
    const storage = openMemory();
    const { one, again, folder } = await twoStores(storage);
    const [first, second] = [await stored(one, 'a', 'one'), await stored(one, 'a', 'two')];
    await storage.commit([
      { key: `file/${first.blob}`, text: undefined },
      { key: `file/${second.blob}`, text: 'rubbish' },
    ]);
    await again();
    for (const { blob } of [first, second]) expect((await one.concepts.readBlob(blob)).ok).toBe(true);
    for (const { token } of [first, second]) unwrap(await one.concepts.forget('a', token));
    expect(await filesIn(folder)).toEqual([]);
    expect(await storage.keys('file/', '', 9)).toEqual([]);
  });
});
