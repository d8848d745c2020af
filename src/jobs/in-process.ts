import { createLane, type LaneLimits } from './lane.ts';
import type { JobDriver, JobHandlers, JobQueue, JobTypes } from './queue.ts';

/** Runs jobs in this process, a lane for each kind, and forgets them when it ends. */
export function inProcessJobs(limits: Readonly<Record<string, LaneLimits>>): JobDriver {
  return <Types extends JobTypes>(handlers: JobHandlers<Types>): JobQueue<Types> => {
    const lanes = new Map<PropertyKey, ReturnType<typeof createLane>>();
    for (const [kind, lane] of Object.entries(limits)) lanes.set(kind, createLane(lane));
    const active = new Set<Promise<unknown>>();
    const closing = new AbortController();

    return {
      async run(kind, server, data, { signal, onProgress, onPosition } = {}) {
        const lane = lanes.get(kind);
        if (!lane) throw new RangeError(`there is no lane for ${String(kind)} jobs`);
        const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
        const work = async () =>
          handlers[kind](server, data, { signal: either, onProgress: (progress) => onProgress?.(progress) });
        const job = lane.run(server, work, either, (ahead) => onPosition?.(ahead));
        active.add(job);
        return job.finally(() => active.delete(job));
      },

      async close() {
        closing.abort();
        await Promise.allSettled(active);
      },
    };
  };
}
