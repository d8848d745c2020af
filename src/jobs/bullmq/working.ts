import { Worker } from 'bullmq';
import type { JobHandlers, JobTypes } from '../queue.ts';
import { deliveries } from './delivery.ts';
import { createLines, type JobName } from './lines.ts';
import { openQueues } from './queues.ts';
import { type Broker, connect, createListener, defaultPrefix, disconnect, isConnected } from './redis.ts';

export interface WorkingOptions extends Broker {
  /** By kind, the jobs that run here at the same time, each for another server. */
  readonly running: Readonly<Record<string, number>>;
  /** After which a worker that does not answer is given up for dead, and its jobs are given to others. Default 15 s. */
  readonly silentMilliseconds?: number;
  /** Whether jobs can be done here now. Where not, none is begun, and one that failed with 'engine-down' is given to others, three times at most. */
  readonly able?: () => boolean;
}

export interface JobWorker {
  /** Whether Redis answers now. */
  readonly connected: boolean;
  /** Begins nothing more, and resolves when what runs has ended. */
  drain(): Promise<void>;
  /** Begins nothing more, gives what runs back to be gone on with elsewhere, and resolves when that is done. */
  close(): Promise<void>;
}

/** A GPU host's end: does the jobs of all bots, as `handlers` say. */
export function workOn<Types extends JobTypes>(
  handlers: JobHandlers<Types>,
  options: WorkingOptions,
): JobWorker {
  const { prefix = defaultPrefix, onError, silentMilliseconds = 15_000, able = () => true } = options;
  const redis = connect(options);
  const listener = createListener(options);
  const queues = openQueues(redis, options);
  const closing = new AbortController();
  const deliver = deliveries({
    handlers,
    lines: createLines(redis, options),
    queues,
    listener,
    closing: closing.signal,
    beat: silentMilliseconds / 15,
    able,
    rest: silentMilliseconds / 5,
    onError,
  });

  const workers = Object.entries(options.running).map(([kind, concurrency]) => {
    const worker = new Worker<JobName>(kind, deliver, {
      connection: redis,
      prefix,
      concurrency,
      lockDuration: silentMilliseconds,
      stalledInterval: Math.ceil(silentMilliseconds / 3),
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    worker.on('error', onError);
    worker.on('failed', (_, error) => onError(error));
    return worker;
  });

  return {
    get connected() {
      return isConnected(redis);
    },
    drain: async () => void (await Promise.all(workers.map((worker) => worker.pause()))),
    async close() {
      closing.abort();
      await Promise.all(workers.map((worker) => worker.close()));
      await queues.close();
      listener.close();
      await disconnect(redis);
    },
  };
}
