import type { JobDriver, JobHandlers, JobOptions, JobQueue, JobTypes } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { Result } from '../result.ts';
import type { Metrics } from './metrics.ts';

/** Has the metrics and the log tell of every job that a driver runs: when its turn comes, and how it ends. */
export function watchedJobs(driver: JobDriver, metrics: Pick<Metrics, 'job'>, log: Log): JobDriver {
  return <Types extends JobTypes>(handlers: JobHandlers<Types>): JobQueue<Types> => {
    const queue = driver<Types>(handlers);
    return {
      ...queue,
      run: (kind, server, data, options = {}) =>
        watchJob({ ...options, kind: String(kind) }, metrics, log, (begun) =>
          queue.run(kind, server, data, {
            ...options,
            onPosition(ahead) {
              options.onPosition?.(ahead);
              if (ahead === 0) begun();
            },
          }),
        ),
    };
  };
}

/** Has a job be told of. @param work calls `begun` when its turn has come, as often as it likes */
export async function watchJob<T>(
  { job, kind, acceptedAt = Date.now() }: Pick<JobOptions, 'job' | 'acceptedAt'> & { readonly kind: string },
  metrics: Pick<Metrics, 'job'>,
  log: Log,
  work: (begun: () => void) => Promise<Result<T>>,
): Promise<Result<T>> {
  const record = metrics.job(kind, Math.max(0, Date.now() - acceptedAt) / 1000);
  const entered = performance.now();
  let begun: number | undefined;
  const secondsFrom = (moment: number) => Math.round(performance.now() - moment) / 1000;
  const ended = (result: Result<unknown>) => {
    record.ended(result);
    const outcome = result.ok ? 'done' : result.problem.code;
    log.info({ job, kind, outcome, seconds: secondsFrom(begun ?? entered) }, 'the work of a job has ended');
  };
  try {
    const result = await work(() => {
      if (begun !== undefined) return;
      record.began();
      log.info({ job, kind, waited: secondsFrom(entered) }, 'the turn of a job has come');
      begun = performance.now();
    });
    ended(result);
    return result;
  } catch (error) {
    ended({ ok: false, problem: { code: 'engine-down', message: 'A bug.' } });
    throw error;
  }
}
