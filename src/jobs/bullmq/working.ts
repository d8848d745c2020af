import { randomUUID } from 'node:crypto';
import { Worker } from 'bullmq';
import type { JobHandlers, JobTypes } from '../queue.ts';
import { type BaseModel, createCrew, silenceMilliseconds } from './crew.ts';
import { deliveries } from './delivery.ts';
import { createLines, type JobName } from './lines.ts';
import { join, type Standing } from './membership.ts';
import { openQueues } from './queues.ts';
import { type Broker, connect, createListener, defaultPrefix, disconnect, isConnected } from './redis.ts';

export type { BaseModel, Standing };

export interface WorkingOptions extends Broker {
  /** What jobs are done with here. While those of the queue are done with another, none is begun. */
  readonly model: BaseModel;
  /** By kind, the jobs that run here at the same time, each for another server. */
  readonly running: Readonly<Record<string, number>>;
  /** How long a worker may be silent before it is given up for dead, and its jobs are given to others. Default {@link silenceMilliseconds}. */
  readonly silentMilliseconds?: number;
  /** Whether jobs can be done here now. Where not, none is begun, and one that failed with 'engine-down' is given to others, three times at most. */
  readonly able?: () => boolean;
  /** Hears whether jobs are done here, at first and whenever that changes. */
  readonly onStanding?: (standing: Standing) => void;
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
  const {
    model,
    running,
    onError,
    onStanding = () => {},
    silentMilliseconds = silenceMilliseconds,
  } = options;
  const redis = connect(options);
  const listener = createListener(options);
  const queues = openQueues(redis, options);
  const closing = new AbortController();
  const deliver = deliveries({
    handlers,
    model: model.id,
    lines: createLines(redis, options),
    queues,
    listener,
    closing: closing.signal,
    beat: silentMilliseconds / 15,
    lock: silentMilliseconds,
    able: options.able ?? (() => true),
    rest: silentMilliseconds / 5,
    onError,
  });
  const shifts = Object.entries(running).map(([kind, atOnce]) => shiftOf(kind, atOnce, deliver));

  function shiftOf(kind: string, concurrency: number, work: typeof deliver) {
    const worker = new Worker<JobName>(kind, work, {
      connection: redis,
      prefix: options.prefix ?? defaultPrefix,
      autorun: false,
      concurrency,
      lockDuration: silentMilliseconds,
      skipLockRenewal: true,
      stalledInterval: Math.ceil(silentMilliseconds / 3),
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    worker.on('error', onError);
    worker.on('failed', (_, error) => onError(error));
    return {
      begin: () => (worker.isPaused() ? worker.resume() : worker.run()).catch(onError),
      pause: (wait: boolean) => worker.pause(!wait),
      close: () => worker.close(),
    };
  }

  let draining = false;
  const worker = randomUUID();
  const membership = join({
    crew: createCrew(redis, options, silentMilliseconds),
    member: () => ({ worker, model, slots: draining ? {} : running }),
    beat: silentMilliseconds / 3,
    onError,
    onStanding(standing) {
      onStanding(standing);
      if (draining) return;
      for (const shift of shifts) void (standing.serves ? shift.begin() : shift.pause(false).catch(onError));
    },
  });

  return {
    get connected() {
      return isConnected(redis);
    },
    async drain() {
      draining = true;
      await Promise.all(shifts.map((shift) => shift.pause(true)));
    },
    async close() {
      draining = true;
      closing.abort();
      await Promise.all(shifts.map((shift) => shift.close()));
      if (isConnected(redis)) await membership.leave();
      else membership.end();
      await queues.close();
      listener.close();
      await disconnect(redis);
    },
  };
}
