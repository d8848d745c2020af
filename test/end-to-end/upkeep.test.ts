import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { storeIn } from '../model-store/sample.ts';
import { openHouse } from './house.ts';
import { emptyFolder, runProgram } from './program.ts';

const asked = { server: { id: 'web:1' }, user: { id: 'u' }, command: 'teach', options: {} };
const order = { at: 1, asked, files: {}, address: {}, starts: 3, reached: 0 };
const dead = { at: 2, reason: 'It broke.' };

test('npm run jobs and npm run store begin nothing where nothing is kept, and say that', async () => {
  const folder = await emptyFolder();
  for (const [name, task] of [
    ['jobs.ts', 'list'],
    ['store.ts', 'verify'],
  ] as const) {
    const { ended } = runProgram(name, [task], { DATA_DIR: join(folder, 'data') });
    expect(await ended).toMatchObject({ status: 1, printed: expect.stringContaining('DATA_DIR') });
  }
  expect(await readdir(folder)).toEqual([]);
});

test('all jobs that were given up are tried again by one command, and one that is damaged stops none of them', async () => {
  const folder = await emptyFolder();
  const before = await storeIn(folder);
  for (const job of ['one', 'two']) await before.ledger.write('web:1', job, { order, dead });
  await before.ledger.write('web:1', 'waiting', { order });
  await before.ledger.write('web:1', 'odd', { order: 5, dead });
  await before.close();
  const { status, printed } = await runProgram('jobs.ts', ['retry', 'all'], { DATA_DIR: folder }).ended;
  expect([status, printed]).toEqual([1, expect.stringContaining('2 of the 3 that were given up')]);
  expect(printed).toContain('odd is damaged');

  const dropped = await runProgram('jobs.ts', ['drop', 'all'], { DATA_DIR: folder }).ended;
  expect([dropped.status, dropped.printed]).toEqual([0, expect.stringContaining('1 of the 1')]);
  const { ledger, close } = await storeIn(folder);
  expect((await ledger.list('order')).map(({ job }) => job).sort()).toEqual(['one', 'two', 'waiting']);
  expect(await ledger.list('dead')).toEqual([]);
  await close();
});

test('a bot deletes what was given up over 30 days ago, and nothing else', async () => {
  const folder = await emptyFolder();
  const before = await storeIn(folder);
  await before.ledger.write('web:1', 'long-ago', { order, dead });
  await before.ledger.write('web:1', 'lately', { order, dead: { ...dead, at: Date.now() } });
  await before.close();
  const { store, leave } = await openHouse({}, { store: { folder } });
  onTestFinished(leave);
  await expect.poll(async () => (await store.ledger.list('order')).map(({ job }) => job)).toEqual(['lately']);
});
