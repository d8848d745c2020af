import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { askWorkers } from '../../../src/jobs/bullmq/asking.ts';
import type { Parcels } from '../../../src/jobs/bullmq/parcels.ts';
import { connect } from '../../../src/jobs/bullmq/redis.ts';
import { type JobWorker, type WorkingOptions, workOn } from '../../../src/jobs/bullmq/working.ts';
import type { JobHandlers, JobQueue } from '../../../src/jobs/queue.ts';
import { type Cuttable, cuttable } from '../../fakes/cuttable.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
import { startRedis } from '../../fakes/servers/redis.ts';
import { heldJobs, type TestJobs } from '../suite.ts';

/** Bots and workers of a test, on a Redis that all tests of the file share, with keys of its own. */
export interface House {
  readonly prefix: string;
  readonly redis: LocalServer;
  bot(options?: { readonly perServer?: number; readonly parcels?: Parcels }): JobQueue<TestJobs>;
  worker(
    handlers: JobHandlers<TestJobs>,
    options?: Partial<WorkingOptions> & { readonly atOnce?: number },
  ): JobWorker;
  /** A way to Redis that can be cut, until the test ends. */
  way(): Promise<Cuttable & { readonly url: string }>;
  /** What stands in Redis. */
  keys(): Promise<readonly string[]>;
  /** What stands under a key there takes of Redis's memory. */
  bytesOf(key: string): Promise<number>;
  /** Deletes it. */
  lose(): Promise<void>;
}

let houses = 0;

/** To be called at the top of a test file. */
export function shareRedis(): () => House {
  let redis: LocalServer;
  beforeAll(async () => {
    // Nobody pulls the plug of the machine here.
    redis = await startRedis({ appendfsync: 'everysec' });
  });
  afterAll(() => redis.stop());
  return () => houseOn(redis);
}

function houseOn(redis: LocalServer): House {
  const prefix = `{test-${houses++}}`;
  const broker = { url: redis.url, prefix, onError: () => {} };
  const ways: Cuttable[] = [];
  const closings: (() => Promise<void>)[] = [];
  const client = connect(broker);
  const keys = () => client.keys(`${prefix}*`);

  onTestFinished(async () => {
    for (const way of ways) way.mend();
    await Promise.all(closings.map((close) => close()));
    for (const way of ways) await way.close();
    client.disconnect();
  });

  return {
    prefix,
    redis,
    keys,
    bytesOf: async (key) => (await client.memory('USAGE', key)) ?? 0,
    lose: async () => void (await client.del(await keys())),
    bot({ perServer = 10, ...options } = {}) {
      const limits = { teach: perServer, imagine: perServer };
      const given = { ...broker, ...options, perServer: limits };
      const { driver, close } = askWorkers({ ...given, pollMilliseconds: 20 });
      closings.push(close);
      return driver<TestJobs>({} as JobHandlers<TestJobs>);
    },
    worker(handlers, { atOnce = 1, ...options } = {}) {
      const running = { teach: atOnce, imagine: atOnce };
      const worker = workOn(handlers, {
        ...broker,
        model: { id: 'model-1', name: 'one' },
        running,
        ...options,
      });
      closings.push(worker.close);
      return worker;
    },
    async way() {
      const way = await cuttable(redis.port);
      ways.push(way);
      return { ...way, url: `redis://127.0.0.1:${way.port}` };
    },
  };
}

/** How long a worker of {@link heldWorker} may be silent. */
export const silentMilliseconds = 1500;

/** A worker whose jobs run until the test ends them. */
export function heldWorker(house: House, options: Parameters<House['worker']>[1] = {}) {
  const { started, handlers } = heldJobs();
  const worker = house.worker(handlers, { silentMilliseconds, ...options });
  onTestFinished(() => {
    for (const { end } of started) end();
  });
  const begun = (count: number) => expect.poll(() => started.length).toBe(count);
  return { started, worker, begun };
}
