import { dropOld } from '../../commands/bot/dead-jobs.ts';
import type { ModelStore } from '../../model-store/open.ts';
import type { Log } from '../../src/log.ts';
import { startSweeping } from '../../src/studio/data/sweeping.ts';

/** How long jobs that were given up are kept. */
const deadMilliseconds = 30 * 24 * 3_600_000;

/** Deletes now and every hour what is kept for a time that is over. What fails is logged and tried again. Returns how to stop. */
export function sweepHourly(store: Pick<ModelStore, 'ledger' | 'sweep'>, log: Log): () => Promise<void> {
  const reported = (work: Promise<void>) =>
    work.catch((error: unknown) =>
      log.error({ error }, 'what has had its time could not be deleted; the next hour tries again'),
    );
  return startSweeping(async (signal) => {
    await reported(dropOld(store.ledger, Date.now() - deadMilliseconds));
    await reported(store.sweep(signal));
  }, 3600);
}
