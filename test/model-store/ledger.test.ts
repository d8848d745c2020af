import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMemory } from '../../model-store/drivers/memory.ts';
import { objectsIn } from '../../model-store/drivers/objects.ts';
import { createJobParts } from '../../model-store/job-parts.ts';
import { createLedger } from '../../model-store/ledger.ts';
import { openMetadata } from '../../model-store/metadata.ts';
import { createParcels } from '../../model-store/parcels.ts';
import { smallDisk } from '../fakes/disk.ts';
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

test('of those who had a job only the last writes anything of it, and nobody once it has ended', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  const { ledger } = store;
  const refused = { problem: { code: 'cancelled' } };
  const notes = (number: number, fence: number) =>
    ledger.write('a', 'job1', { notes: { number } }, { fence });
  await ledger.write('a', 'job1', { order });
  await notes(1, 7);
  await ledger.write('a', 'job1', {}, { fence: 9 });
  await expect(notes(2, 7)).rejects.toMatchObject(refused);
  await expect(ledger.write('a', 'job1', { checkpoint: large(2) }, { fence: 8 })).rejects.toMatchObject(
    refused,
  );
  expect(await ledger.read('a', 'job1', 'notes')).toEqual({ number: 1 });
  await notes(3, 9);
  expect(await ledger.read('a', 'job1', 'notes')).toEqual({ number: 3 });
  await ledger.remove('a', 'job1');
  await expect(notes(4, 10)).rejects.toMatchObject(refused);
  await expect(ledger.write('a', 'job1', { work }, {})).rejects.toMatchObject(refused);
  await store.close();
  expect([(await keptIn(folder)).keys.filter((key) => key.includes('job1')), await filesOf(folder)]).toEqual([
    [],
    [],
  ]);
});

const large = (byte: number, length = 20_000) => new Uint8Array(length).fill(byte);
const filesOf = (folder: string) => readdir(join(folder, 'job-files')).catch(() => []);

test('what is large of a job is a file, of which the record has the name, and goes when it is replaced and with the job', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  const lesson = { pictures: [{ width: 2, rgb: large(7) }], text: 'ä' };
  await before.ledger.write('a', 'job1', { order, work: lesson, notes: { number: 3 } });
  await before.ledger.write('a', 'job1', { checkpoint: large(1) });
  await before.close();
  expect((await filesOf(folder)).length).toBe(2);

  const { ledger, concepts } = await storeIn(folder);
  expect(await ledger.read('a', 'job1', 'work')).toEqual(lesson);
  expect(await ledger.list('work')).toEqual([{ server: 'a', job: 'job1', value: lesson }]);
  await ledger.write('a', 'job1', { checkpoint: large(2) });
  expect(Buffer.from((await ledger.read('a', 'job1', 'checkpoint')) as Uint8Array)).toEqual(
    Buffer.from(large(2)),
  );
  expect((await filesOf(folder)).length).toBe(2);
  await ledger.remove('a', 'job1', 'checkpoint');
  expect((await filesOf(folder)).length).toBe(1);
  await ledger.remove('a', 'job1');
  expect(await filesOf(folder)).toEqual([]);

  for (const server of ['a', 'b']) await ledger.write(server, 'job1', { order, work: lesson });
  await concepts.erase('a');
  expect((await filesOf(folder)).length, 'only of what was erased').toBe(1);
  expect(await ledger.read('b', 'job1', 'work')).toEqual(lesson);
});

test('a checkpoint of a large model is kept, which as JSON no record could be', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  await ledger.write('a', 'job1', { order, checkpoint: large(3, 50 * 2 ** 20) });
  expect(((await ledger.read('a', 'job1', 'checkpoint')) as Uint8Array).length).toBe(50 * 2 ** 20);
});

test('files of jobs that a crash left are gone at an open a day later, and those that records name are not', async () => {
  const folder = await scratchFolder();
  const before = await storeIn(folder);
  await before.ledger.write('a', 'job1', { order, checkpoint: large(1) });
  await before.ledger.write('a', 'job2', { order, checkpoint: large(2) });
  await before.close();
  tamper(folder, `DELETE FROM entries WHERE key LIKE '%/job2/%'`);
  const [one] = await filesOf(folder);
  const sweeping = { orphanAge: -1000 };
  await (await storeIn(folder, sweeping)).close();
  expect((await filesOf(folder)).length).toBe(2);
  for (const name of await filesOf(folder)) await utimes(join(folder, 'job-files', name), 1, 1);
  const { ledger } = await storeIn(folder, sweeping);
  expect((await filesOf(folder)).length, one).toBe(1);
  expect(await ledger.read('a', 'job1', 'checkpoint')).toBeDefined();
});

test('a job that finds no room is not kept, and what it would have replaced is', async () => {
  const disk = smallDisk();
  const folder = await scratchFolder();
  const { ledger } = await storeIn(folder, { files: disk.files });
  await ledger.write('a', 'job1', { order, checkpoint: large(1) });
  disk.fill();
  await expect(ledger.write('a', 'job1', { checkpoint: large(2) })).rejects.toMatchObject({
    problem: { code: 'storage-full' },
  });
  disk.fill(false);
  expect(Buffer.from((await ledger.read('a', 'job1', 'checkpoint')) as Uint8Array)[0]).toBe(1);
  expect((await filesOf(folder)).length).toBe(1);
});

test('who reads a part while it is replaced has what it is now', async () => {
  const folder = await scratchFolder();
  const files = createParcels(objectsIn(join(folder, 'job-files')));
  let meanwhile: (() => Promise<void>) | undefined;
  const open = async (name: string) => {
    const act = meanwhile;
    meanwhile = undefined;
    await act?.();
    return files.open(name);
  };
  const parts = createJobParts({ ...files, open }, (error) => expect.unreachable(String(error)));
  const ledger = await createLedger(openMetadata(openMemory()), parts, join(folder, 'jobs'));
  const first = async () => ((await ledger.read('a', 'job1', 'checkpoint')) as Uint8Array | undefined)?.[0];
  await ledger.write('a', 'job1', { order, checkpoint: large(1) });
  meanwhile = () => ledger.write('a', 'job1', { checkpoint: large(2) });
  expect(await first()).toBe(2);
  meanwhile = () => ledger.remove('a', 'job1');
  expect(await first()).toBeUndefined();
});
