import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptIn, scratchFolder, storeIn, tamper } from './sample.ts';

const order = { at: 1, asked: { server: { id: 'a/b' } } };
const work = { pictures: [{ width: 2, rgb: Uint8Array.of(0, 255, 7) }], none: undefined, text: 'ä <new1>' };

test('a job comes back after a restart as it was written, bytes included', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  await before.ledger.write('a/b', 'job1', { order, work });
  await before.ledger.write('a/b', 'job1', { notes: { number: 3 } });
  await before.close();
  const { ledger } = await storeIn(folder);
  expect(await ledger.list('order')).toEqual([{ server: 'a/b', job: 'job1', value: order }]);
  expect(await ledger.read('a/b', 'job1', 'work')).toEqual(work);
  expect(await ledger.read('a/b', 'job1', 'notes')).toEqual({ number: 3 });
  expect(await ledger.read('a/b', 'job1', 'reply')).toBeUndefined();
  expect(await ledger.read('a', 'job1', 'work'), "another server's").toBeUndefined();
});

test('nothing is left of a job that is removed, its file included, and the others stay', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  for (const job of ['job1', 'job2']) {
    await store.ledger.write('a', job, { order, work, reply: {}, notes: {}, dead: {} });
    await writeFile(store.ledger.path(job), 'checkpoint');
  }
  await store.ledger.remove('a', 'job1');
  await store.close();
  expect(await readdir(join(folder, 'jobs'))).toEqual(['job2']);
  const { keys } = await keptIn(folder);
  expect(keys.filter((key) => key.includes('job1'))).toEqual([]);
  expect(keys.filter((key) => key.includes('job2'))).toHaveLength(5);
});

test('what a server asked for goes when the server does', async () => {
  const store = await storeIn(await scratchFolder());
  for (const server of ['a', 'b']) await store.ledger.write(server, `job-${server}`, { order });
  await store.concepts.erase('a');
  expect((await store.ledger.list('order')).map(({ server }) => server)).toEqual(['b']);
  const of = async (server: string) => (await store.ledger.list('order', server)).map(({ job }) => job);
  expect([await of('a'), await of('b')]).toEqual([[], ['job-b']]);
});

test('files that belong to no job are gone at the next open', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  await before.ledger.write('a', 'job1', { order });
  await writeFile(before.ledger.path('job1'), 'checkpoint');
  await writeFile(before.ledger.path('job2'), 'of one that has ended');
  await before.close();
  await storeIn(folder);
  expect(await readdir(join(folder, 'jobs'))).toEqual(['job1']);
});

test('a damaged part is that part alone', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  await before.ledger.write('a', 'job1', { order, notes: { number: 3 } });
  await before.close();
  tamper(folder, `UPDATE entries SET value = '{"value":"{"}' WHERE key LIKE '%/notes'`);
  const { ledger } = await storeIn(folder);
  expect(await ledger.read('a', 'job1', 'notes')).toBeUndefined();
  expect(await ledger.read('a', 'job1', 'order')).toEqual(order);
});

test('an id that could be a path is refused', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  await expect(ledger.write('a', '../x', { order })).rejects.toThrow(RangeError);
});
