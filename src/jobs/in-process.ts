import type { Progress } from '../engine/protocol.ts';
import { createLane, type LaneLimits } from './lane.ts';
import type { JobDriver, JobHandlers, JobQueue, JobTypes } from './queue.ts';

/** Runs jobs in this process, a lane for each kind, and forgets them when it ends. */
export function inProcessJobs(limits: Readonly<Record<string, LaneLimits>>): JobDriver {
  return <Types extends JobTypes>(handlers: JobHandlers<Types>): JobQueue<Types> => {
    const lanes = new Map<PropertyKey, ReturnType<typeof createLane>>();
    for (const [kind, lane] of Object.entries(limits)) lanes.set(kind, createLane(lane));
    const active = new Map<AbortController, Promise<unknown>>();
    let closed = false;
    let begun = 0;

    return {
      async run(kind, server, data, { job: id, signal, admitted, onProgress, onPosition } = {}) {
        const lane = lanes.get(kind);
        if (!lane) throw new RangeError(`there is no lane for ${String(kind)} jobs`);
        const controller = new AbortController();
        const cancel = () => controller.abort();
        if (closed || signal?.aborted) cancel();
        signal?.addEventListener('abort', cancel, { once: true });
        const context = {
          ...(id !== undefined && { job: id }),
          signal: controller.signal,
          onProgress: (progress: Progress) => onProgress?.(progress),
          confirm: async () => ++begun,
          gotOn: async () => {},
        };
        const work = async () => handlers[kind](server, data, context);
        const tell = (ahead: number) => onPosition?.(ahead);
        const job = lane.run(server, work, controller.signal, tell, admitted);
        active.set(controller, job);
        return job.finally(() => {
          active.delete(controller);
          signal?.removeEventListener('abort', cancel);
        });
      },

      async close() {
        closed = true;
        for (const controller of active.keys()) controller.abort();
        await Promise.allSettled(active.values());
      },
    };
  };
}
