import { expect, it } from 'vitest';
import { openMemory } from '../../model-store/drivers/memory.ts';
import { openMetadata } from '../../model-store/metadata.ts';
import { unwrap } from '../../src/result.ts';
import { bytes, keptIn, sampleConcept, scratchFolder, stored, storeIn, tamper } from './sample.ts';

/** Ids that begin alike, or look as if they reached into the one of server `a`. */
const neighbours = ['aa', 'a/', 'a/concept/1', '../a', 'a%2F', 'A', 'server/a'];

async function filled(folder: string) {
  const store = await storeIn(folder);
  for (const server of ['a', ...neighbours]) {
    const entries = new Map([['settings', { language: 'en' }]]);
    unwrap(await store.concepts.restore(server, { concepts: [], entries }));
    await stored(store, server, `dog of ${server}`);
    await stored(store, server, 'the same on every server');
    await store.jobs.put(server, { user: 'ada', prompt: 'a dog' });
    await store.messages.append(server, { text: 'hello' });
  }
  return store;
}

it('nothing is left of an erased server, and everything of the others', async () => {
  const folder = await scratchFolder();
  await (await filled(folder)).close();
  const before = await keptIn(folder);
  const store = await storeIn(folder);
  const own = await store.concepts.list('a');
  await store.concepts.erase('a');
  expect(await store.concepts.list('a')).toEqual([]);
  await store.close();
  const after = await keptIn(folder);
  const ofA = before.keys.filter((key) => /\bserver\/a\//.test(key));
  expect(ofA).toHaveLength(9);
  expect(after.keys).toEqual(before.keys.filter((key) => !ofA.includes(key)));
  const onlyItsOwn = [own[0]!.blob.slice(2), own[0]!.sample!.slice(2)];
  expect(after.files).toEqual(before.files.filter((name) => !onlyItsOwn.includes(name)));
  const again = await storeIn(folder);
  for (const server of neighbours) {
    const concepts = await again.concepts.list(server);
    expect(concepts).toHaveLength(2);
    for (const { blob } of concepts) expect((await again.concepts.readBlob(blob)).ok).toBe(true);
  }
});

it('an erased server begins anew', async () => {
  const store = await filled(await scratchFolder());
  await store.concepts.erase('a');
  expect(await store.concepts.reserveNumber('a')).toBe(1);
  expect((await store.servers.entries('a')).size).toBe(0);
  await store.concepts.erase('a');
  await store.concepts.erase('never there');
});

it('damaged records go too, and their files at the next open', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  await stored(before, 'a', 'one');
  await stored(before, 'a', 'two');
  await before.close();
  tamper(folder, `UPDATE entries SET value = '5' WHERE key LIKE '%/concept/2'`);
  const store = await storeIn(folder);
  await store.concepts.erase('a');
  await store.close();
  await (await storeIn(folder, { orphanAge: -1000 })).close();
  expect(await keptIn(folder)).toEqual({ keys: [], files: [] });
});

it('what is kept under a prefix is that alone, not what only begins like it', async () => {
  const metadata = openMetadata(openMemory());
  for (const key of ['server/a/x', 'server/a/y/z', 'server/aa/x', 'server/a', 'server/b/server/a/x'])
    await metadata.set(key, key);
  expect(await metadata.under('server/a/')).toEqual(
    new Map([
      ['x', 'server/a/x'],
      ['y/z', 'server/a/y/z'],
    ]),
  );
});

it("a user's requests are found and deleted on their server alone, and others' stay", async () => {
  const { jobs, servers } = await storeIn(await scratchFolder());
  for (const server of ['a', 'b']) {
    for (const user of ['ada', 'ben', 'ada']) await jobs.put(server, { user, prompt: `of ${user}` });
  }
  expect(await servers.requests('a', 'ada')).toEqual(Array(2).fill({ user: 'ada', prompt: 'of ada' }));
  expect(await servers.dropRequests('a', 'ada')).toBe(2);
  expect(await servers.requests('a', 'ada')).toEqual([]);
  expect(await jobs.get('a', '2')).toEqual({ user: 'ben', prompt: 'of ben' });
  expect(await servers.requests('b', 'ada')).toHaveLength(2);
});

it('what a server takes along is its records with a name of one word', async () => {
  const store = await filled(await scratchFolder());
  expect(await store.servers.entries('a')).toEqual(new Map([['settings', { language: 'en' }]]));
});

it.each(['last-number', 'concept/1', '../b/settings', '', 'Settings', 'a b'])(
  'no server has an entry named %j',
  async (name) => {
    const { concepts } = await storeIn(await scratchFolder());
    const restored = { concepts: [], entries: new Map([[name, 1]]) };
    await expect(concepts.restore('a', restored)).rejects.toThrow(RangeError);
  },
);

it('concepts are restored under their numbers, and the next number is over all that were given', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  const files = [bytes('weights of the third'), bytes('sheet of the third')] as const;
  const concept = sampleConcept(3, ...files);
  unwrap(await store.concepts.restore('a', { concepts: [{ concept, files }], entries: new Map() }));
  expect(await store.concepts.list('a')).toEqual([concept]);
  expect(await store.concepts.reserveNumber('a')).toBe(4);
  unwrap(await store.concepts.forget('a', '<new3>'));
  const again = await store.concepts.restore('a', { concepts: [{ concept, files }], entries: new Map() });
  expect(again.ok).toBe(true);
  expect(await store.concepts.reserveNumber('a')).toBe(5);
  await store.close();
  expect((await keptIn(folder)).files).toHaveLength(2);
});

it('nothing is restored beside a concept, not even a damaged one', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  await stored(before, 'a', 'one');
  await stored(before, 'b', 'one');
  await before.close();
  tamper(folder, `UPDATE entries SET value = '5' WHERE key LIKE '%/b/concept/1'`);
  const { concepts } = await storeIn(folder);
  const weights = bytes('weights');
  const restored = {
    concepts: [{ concept: sampleConcept(2, weights), files: [weights] }],
    entries: new Map(),
  };
  for (const server of ['a', 'b']) {
    expect(await concepts.restore(server, restored)).toMatchObject({ problem: { code: 'not-allowed' } });
    expect(await concepts.get(server, '<new2>')).toBeUndefined();
  }
});
