import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { ModelStore } from '../../model-store/open.ts';
import { askWorkers } from '../../src/jobs/bullmq/asking.ts';
import { type WorkingOptions, workOn } from '../../src/jobs/bullmq/working.ts';
import { createStudio, jobsFor, type StudioOptions } from '../../src/studio/create.ts';
import { type Cuttable, cuttable } from '../fakes/cuttable.ts';
import { createFakeEngine, type FakeEngine } from '../fakes/engine.ts';
import type { LocalServer } from '../fakes/servers/process.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { scratchFolder, storeIn } from '../model-store/sample.ts';

let installations = 0;
export const by = { user: 'user 1', administrator: false };

export type Installation = Awaited<ReturnType<typeof installationOn>>;

/** To be called at the top of a test file: makes installations on a Redis that all tests of the file share. */
export function shareInstallations(): () => Promise<Installation> {
  let redis: LocalServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  return () => installationOn(redis);
}

/** A store in which `job1` has been accepted, and bots and workers that share it, each with a disk of its own. */
async function installationOn(redis: LocalServer) {
  const store = await storeIn(await scratchFolder());
  await store.ledger.write('a', 'job1', { order: { at: 1 } });
  const broker = { prefix: `{${installations++}}`, url: redis.url, onError: () => {} };
  const way = await cuttable(redis.port);
  const closings: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    way.mend();
    await Promise.all(closings.map((close) => close()));
    await way.close();
  });
  return {
    store,
    way,
    bot(options: Pick<StudioOptions, 'measured'> = {}) {
      const perServer = { teach: 10, imagine: 10 };
      const asking = askWorkers({ ...broker, perServer, pollMilliseconds: 20, crewMilliseconds: 20 });
      const engine = createFakeEngine();
      const modelNow = () => asking.serving?.model;
      const atOnce = () => asking.serving?.slots ?? {};
      const jobs = { jobs: asking.driver, modelNow, atOnce };
      const studio = createStudio({ ...given(store, engine), ...jobs, ...options });
      closings.push(async () => {
        await studio.close();
        await asking.close();
      });
      return { studio, engine, modelNow };
    },
    /** @param leaving has it end */
    async worker(
      options: Partial<WorkingOptions> = {},
      leaving?: AbortSignal,
      differently: Partial<StudioOptions> = {},
    ) {
      const engine = createFakeEngine();
      const folder = await scratchFolder();
      const ledger = { ...store.ledger, path: (job: string) => join(folder, job) };
      const handlers = jobsFor({ ...given(store, engine), ledger, ...differently });
      const model = { id: 'model-1', name: 'one' };
      const works = { model, running: { teach: 2, imagine: 2 }, silentMilliseconds: 1500 };
      const worker = workOn(handlers, { ...broker, ...works, ...options });
      closings.push(worker.close);
      leaving?.addEventListener('abort', () => void worker.close());
      return engine;
    },
  };
}

function given({ concepts, servers, records, ledger }: ModelStore, engine: FakeEngine) {
  return { store: concepts, servers, records, ledger, engine, model: 'folder' };
}

/** Runs until it is told to stop. */
export const untilStopped: FakeEngine['onTeach'] = (_, { signal }) =>
  new Promise((resolve) => {
    const stopped = { ok: false, problem: { code: 'cancelled', message: 'stopped' } } as const;
    if (signal?.aborted) return resolve(stopped);
    signal?.addEventListener('abort', () => resolve(stopped), { once: true });
  });

export const urlOf = ({ port }: Cuttable) => `redis://127.0.0.1:${port}`;
