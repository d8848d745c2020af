import { setTimeout as delay } from 'node:timers/promises';

const lookMilliseconds = 250;
/** How long to wait for what does the work: whoever asked is told then that it cannot be done. */
const mostMilliseconds = 10 * 60_000;

/** Resolves when `able` says so, when `signal` is aborted, and at the latest after so many milliseconds. */
export async function whenAble(
  able: () => boolean,
  signal: AbortSignal,
  milliseconds = mostMilliseconds,
): Promise<void> {
  const until = performance.now() + milliseconds;
  while (!able() && !signal.aborted && performance.now() < until)
    await delay(lookMilliseconds, undefined, { signal }).catch(() => {});
}
