import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { sweepHourly } from '../../../bin/support/sweep-hourly.ts';
import { keptIn, scratchFolder, storeIn } from '../../model-store/sample.ts';

const hour = 3_600_000;
const day = 24 * hour;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
});

test('a bot that is never started again deletes what has had its time all the same', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  const log = { info: () => {}, error: (details: object) => expect.fail(JSON.stringify(details)) };
  await store.records.write('a', ['quota', 'ada'], 3, day / 1000);
  await store.records.write('a', ['settings'], { language: 'en' });
  await store.ledger.write('a', 'job1', { order: { at: 1 }, dead: { at: Date.now(), reason: 'It broke.' } });
  const left = join(folder, 'job-files');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, 'left'), 'a picture');
  const stop = sweepHourly(store, log);
  vi.setSystemTime(Date.now() + 30 * day - hour / 2);
  expect(await store.ledger.read('a', 'job1', 'dead')).toBeDefined();
  await utimes(join(left, 'left'), (Date.now() - 2 * day) / 1000, (Date.now() - 2 * day) / 1000);
  vi.advanceTimersByTime(hour);
  await expect.poll(() => readdir(left)).toEqual([]);
  await stop();
  await store.close();
  expect((await keptIn(folder)).keys).toEqual(['server/a/settings']);
});

test('what cannot be deleted now is logged, keeps nothing else from being deleted, and is tried again', async () => {
  const told: object[] = [];
  const log = { info: () => {}, error: (details: object) => void told.push(details) };
  const { ledger } = await storeIn(await scratchFolder());
  let swept = 0;
  let lists = 0;
  const away = new Error('the store is away');
  const failing = {
    ledger: {
      ...ledger,
      async list() {
        lists++;
        throw away;
      },
    },
    async sweep() {
      swept++;
      throw away;
    },
  };
  const stop = sweepHourly(failing, log);
  await expect.poll(() => told).toEqual([{ error: away }, { error: away }]);
  vi.advanceTimersByTime(hour);
  await expect.poll(() => [lists, swept]).toEqual([2, 2]);
  await stop();
});
