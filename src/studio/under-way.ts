import type { Ledger } from '../../model-store/store.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Activity, ActivityWatch } from './activity.ts';
import type { StudioJobs } from './jobs.ts';
import { shownSchema } from './shown.ts';

export interface UnderWayParts {
  readonly watch: Pick<ActivityWatch, 'of' | 'foretold'>;
  /** To be awaited before it foretells anything. */
  timesKnown(): Promise<void>;
  readonly ledger: Ledger | undefined;
  readonly jobs: Pick<JobQueue<StudioJobs>, 'ahead'>;
}

/**
 * What runs and waits on a server, in the order in which it will be done: what this process was asked for, and what others were that share its
 * ledger and its queue.
 */
export async function underWay(
  { watch, timesKnown, ledger, jobs }: UnderWayParts,
  server: string,
): Promise<readonly Activity[]> {
  const { ahead: aheadOf } = jobs;
  const kept = aheadOf && ledger ? await ledger.list('shown', server) : [];
  if (kept.length > 0) await timesKnown();
  const own = watch.of(server);
  const known = new Set(own.map(({ job }) => job));
  const others = kept
    .filter(({ job }) => !known.has(job))
    .map(async ({ job, value }): Promise<readonly Activity[]> => {
      const shown = shownSchema.safeParse(value).data;
      const ahead = shown && (await aheadOf?.(shown.kind, server, job));
      if (!shown || ahead === undefined) return [];
      const { work, ...told } = shown;
      const seconds = watch.foretold({ kind: shown.kind, work, ahead });
      return [{ ...told, job, ahead, ...(seconds !== undefined && { seconds }) }];
    });
  return [...own, ...(await Promise.all(others)).flat()].sort((a, b) => a.ahead - b.ahead);
}
