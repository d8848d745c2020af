import { raise } from '../result.ts';

/** Raises 'cancelled' where the signal has ended the run. */
export function stopWhereAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    raise('cancelled', 'Stopped. What was trained is kept: run the same command again to go on.');
}
