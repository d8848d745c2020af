import { expect, it, onTestFinished, vi } from 'vitest';
import { scratchFolder, storeIn } from './sample.ts';

it('records of a server are its own, under their names, and there after a restart', async () => {
  const folder = await scratchFolder();
  const first = await storeIn(folder);
  await first.records.write('a', ['settings'], { words: ['x'] });
  await first.records.write('a', ['usage', 'lessons'], [1]);
  await first.close();
  const { records } = await storeIn(folder);
  expect(await records.read('a', 'settings')).toEqual({ words: ['x'] });
  expect(await records.read('a', 'usage', 'lessons')).toEqual([1]);
  for (const [server, name] of [
    ['b', 'settings'],
    ['a', 'usage'],
    ['a/settings', 'settings'],
  ] as const) {
    expect(await records.read(server, name)).toBeUndefined();
  }
  await records.remove('a', 'settings');
  expect(await records.read('a', 'settings')).toBeUndefined();
});

it('a record that is kept for some time is gone after it', async () => {
  const { records } = await storeIn(await scratchFolder());
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  await records.write('a', ['usage'], 1, 60);
  vi.advanceTimersByTime(59_000);
  expect(await records.read('a', 'usage')).toBe(1);
  vi.advanceTimersByTime(2000);
  expect(await records.read('a', 'usage')).toBeUndefined();
});

it('a record has a limit', async () => {
  const { records } = await storeIn(await scratchFolder());
  await expect(records.write('a', ['settings'], 'x'.repeat(256 * 1024))).rejects.toThrow(RangeError);
});
