import { expect, onTestFinished, test, vi } from 'vitest';
import { startSweeping } from '../../../src/studio/data/sweeping.ts';

test('sweeps come at once and every so often, never two at a time, and none is begun after the last', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const begun: PromiseWithResolvers<void>[] = [];
  let signal: AbortSignal | undefined;
  const stop = startSweeping(async (given) => {
    signal = given;
    const sweep = Promise.withResolvers<void>();
    begun.push(sweep);
    await sweep.promise;
  }, 60);
  expect(begun.length).toBe(1);
  vi.advanceTimersByTime(60_000);
  await new Promise(setImmediate);
  expect(begun.length, 'the first has not ended').toBe(1);
  begun[0]!.resolve();
  await expect.poll(() => begun.length).toBe(2);
  expect(signal?.aborted).toBe(false);
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  expect(signal?.aborted).toBe(true);
  await new Promise(setImmediate);
  expect(stopped, 'one runs').toBe(false);
  begun[1]!.resolve();
  await stopping;
  vi.advanceTimersByTime(600_000);
  await new Promise(setImmediate);
  expect(begun.length).toBe(2);
});
