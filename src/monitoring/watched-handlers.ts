import type { JobHandlers, JobTypes } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import { watchJob } from './watched-jobs.ts';

/** Has the metrics and the log of a worker tell of every job that is done here: when it begins, and how it ends. */
export function watchedHandlers<Types extends JobTypes>(
  handlers: JobHandlers<Types>,
  metrics: Pick<Metrics, 'job'>,
  log: Log,
): JobHandlers<Types> {
  const watched = (Object.keys(handlers) as (keyof Types)[]).map(
    (kind): [keyof Types, JobHandlers<Types>[keyof Types]] => [
      kind,
      (server, data, context) =>
        watchJob(
          { ...(context.job !== undefined && { job: context.job }), kind: String(kind) },
          metrics,
          log,
          (begun) => {
            begun();
            return handlers[kind](server, data, context);
          },
        ),
    ],
  );
  return Object.fromEntries(watched) as JobHandlers<Types>;
}
