import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../src/log.ts';
import type { AcceptedJobs } from './accepted.ts';

/** Milliseconds between the first two tries, each later pause being twice as long, and the longest one. */
const [firstPause, longestPause] = [200, 30_000];

/**
 * Accepted jobs of which it is kept in the end that they have ended: else what was answered, or told to have failed, would be taken up again. Where
 * that cannot be kept at once, the job stays this bot's, and it is tried again until it is kept or the bot ends; `end` and `bury` do not wait for that.
 */
export function insisting(
  jobs: AcceptedJobs,
  { log, closing }: { readonly log: Log; readonly closing: AbortSignal },
): AcceptedJobs {
  async function untilKept(keep: () => Promise<void>): Promise<void> {
    for (let milliseconds = firstPause; ; milliseconds = Math.min(2 * milliseconds, longestPause)) {
      await pause(milliseconds, undefined, { signal: closing }).catch(() => {});
      if (closing.aborted || (await isDone(keep))) return;
    }
  }

  const insist =
    <Rest extends unknown[]>(act: (id: string, ...rest: Rest) => Promise<void>) =>
    async (id: string, ...rest: Rest) => {
      const keep = () => act(id, ...rest);
      await keep().catch((error: unknown) => {
        log.error({ error, job: id }, 'how a job ended could not be kept, which is tried again');
        void untilKept(keep);
      });
    };
  return { ...jobs, end: insist(jobs.end), bury: insist(jobs.bury) };
}

function isDone(act: () => Promise<void>): Promise<boolean> {
  return act().then(
    () => true,
    () => false,
  );
}
