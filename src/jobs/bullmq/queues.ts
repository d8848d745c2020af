import { Queue } from 'bullmq';
import type { JobName } from './lines.ts';
import { type Broker, defaultPrefix, type Redis } from './redis.ts';

/** BullMQ's queues, one a kind. Of each server's line only the first job is to be given out: the others are delayed. */
export interface Queues {
  /** Does nothing where the queue has it. */
  add(job: JobName, place: 'first' | 'later'): Promise<void>;
  /** Has a job be given out that was delayed; does nothing with any other. */
  promote(kind: string, id: string): Promise<void>;
  remove(job: JobName): Promise<void>;
  close(): Promise<void>;
}

/** BullMQ's id of a job: those of its own must not be numbers. */
export const queueId = (id: string) => `job-${id}`;

/** How often a worker looks by itself whether a delayed job is the first by now. */
export const recheckMilliseconds = 10_000;

/** Opens a kind's queue when it is first needed. Jobs that have ended leave nothing there: the lines keep their outcomes. */
export function openQueues(redis: Redis, { prefix = defaultPrefix, onError }: Broker): Queues {
  const queues = new Map<string, Queue>();
  const of = (kind: string) => {
    const known = queues.get(kind);
    if (known) return known;
    const queue = new Queue(kind, {
      connection: redis,
      prefix,
      streams: { events: { maxLen: 1000 } },
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    queue.on('error', onError);
    queues.set(kind, queue);
    return queue;
  };

  return {
    async add({ kind, server, id }, place) {
      const delay = place === 'first' ? 0 : recheckMilliseconds;
      await of(kind).add(kind, { kind, server, id }, { jobId: queueId(id), delay });
    },
    async promote(kind, id) {
      const job = await of(kind).getJob(queueId(id));
      if (await job?.isDelayed()) await job?.promote().catch(() => {});
    },
    async remove({ kind, id }) {
      await of(kind)
        .remove(queueId(id))
        .catch(() => {});
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
