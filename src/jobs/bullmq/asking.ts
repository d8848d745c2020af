import { randomUUID } from 'node:crypto';
import type { Result } from '../../result.ts';
import { type JobDriver, type JobOptions, type JobQueue, type JobTypes, stopping } from '../queue.ts';
import { notBegun } from '../refusals.ts';
import { createCrew, type Serving } from './crew.ts';
import { follow } from './following.ts';
import { createLines } from './lines.ts';
import { openQueues } from './queues.ts';
import { type Broker, connect, createListener, disconnect, isConnected } from './redis.ts';

export interface AskingOptions extends Broker {
  /** By kind, the jobs that one server may have, running and waiting. */
  readonly perServer: Readonly<Record<string, number>>;
  /** Time between two looks at a job that nothing is heard of. Default 2 s. */
  readonly pollMilliseconds?: number;
  /** Time between two looks at which workers there are. Default 5 s. */
  readonly crewMilliseconds?: number;
}

export interface Asking {
  readonly driver: JobDriver;
  /** Whether Redis answers now. */
  readonly connected: boolean;
  /** Who does jobs, as it was seen last; undefined where nobody has looked yet. */
  readonly serving: Serving | undefined;
  close(): Promise<void>;
}

/** A bot's end: jobs are done by whatever workers there are (`working.ts`), and the handlers of this process are not called. */
export function askWorkers(options: AskingOptions): Asking {
  const { perServer, pollMilliseconds = 2000, crewMilliseconds = 5000 } = options;
  const redis = connect(options);
  const listener = createListener(options);
  const queues = openQueues(redis, options);
  const parts = { lines: createLines(redis, options), queues, listener, pollMilliseconds };
  const opened: Pick<JobQueue<JobTypes>, 'close'>[] = [];
  const crew = createCrew(redis, options);
  let serving: Serving | undefined;
  const look = () =>
    crew.look().then((seen) => {
      serving = seen;
    }, options.onError);
  const looking = setInterval(() => isConnected(redis) && void look(), crewMilliseconds);
  void look();

  const driver: JobDriver = <Types extends JobTypes>(): JobQueue<Types> => {
    const active = new Set<Promise<unknown>>();
    const closing = new AbortController();
    const queue: JobQueue<Types> = {
      async run<Kind extends keyof Types>(
        kind: Kind,
        server: string,
        data: Types[Kind]['data'],
        jobOptions: JobOptions = {},
      ) {
        const most = perServer[String(kind)];
        if (most === undefined) throw new RangeError(`there is no line for ${String(kind)} jobs`);
        const { job: id = randomUUID(), kept = false, signal } = jobOptions;
        // One that is kept may be under way since before a restart, and its worker must hear that it is cancelled.
        const mayRun = kept && signal?.reason !== stopping;
        if (closing.signal.aborted || (signal?.aborted && !mayRun)) return notBegun;
        const asked = { kind: String(kind), server, id, data, most };
        const job = follow(parts, asked, jobOptions, closing.signal);
        active.add(job);
        return job.finally(() => active.delete(job)) as Promise<Result<Types[Kind]['outcome']>>;
      },
      async ahead(kind, server, id) {
        if (!isConnected(redis)) return undefined;
        return parts.lines.ahead({ kind: String(kind), server, id });
      },
      async close() {
        closing.abort(stopping);
        await Promise.allSettled(active);
      },
    };
    opened.push(queue);
    return queue;
  };

  return {
    driver,
    get connected() {
      return isConnected(redis);
    },
    get serving() {
      return serving;
    },
    async close() {
      clearInterval(looking);
      await Promise.all(opened.map((queue) => queue.close()));
      await queues.close();
      listener.close();
      await disconnect(redis);
    },
  };
}
