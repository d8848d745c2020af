import { basename } from 'node:path';
import { type ModelStore, openStore } from '../../model-store/open.ts';
import type { ModelDescription } from '../../src/engine/protocol.ts';
import type { EngineOptions, RunningEngine } from '../../src/engine/supervisor.ts';
import { type BaseModel, type JobWorker, type Standing, workOn } from '../../src/jobs/bullmq/working.ts';
import { type EngineJobs, engineAnswers } from '../../src/jobs/engine-jobs.ts';
import { createLog, type Log } from '../../src/log.ts';
import { createMetrics, type Metrics } from '../../src/monitoring/metrics.ts';
import { watchedHandlers } from '../../src/monitoring/watched-handlers.ts';
import { raise, unwrap } from '../../src/result.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { jobsFor } from '../../src/studio/create.ts';
import type { StudioJobs } from '../../src/studio/jobs.ts';
import { placesOf } from './places-of.ts';
import { brokerOf } from './studio/broker.ts';
import { endWithin } from './studio/ending.ts';
import { startEngines } from './studio/engines.ts';
import { studioOptions } from './studio/options.ts';

/** A worker: the engines of a machine, which do the jobs of bots. */
export interface OpenWorker {
  readonly engine: RunningEngine;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Takes jobs from now on, while they are done with that model. `say` hears whether they are, at first and whenever that changes. */
  begin(model: Pick<ModelDescription, 'id'>, say: (sentence: string) => void): void;
  /** Why it does no jobs now, a sentence; undefined where it does. */
  unready(): string | undefined;
  /** Begins nothing more; resolves when what is being done has ended. */
  drain(): Promise<void>;
  /** What is being done goes on elsewhere, from where it was. */
  close(): Promise<void>;
}

const hour = 3_600_000;
/** How long what a worker made waits for its bot: a day, and another for clocks that differ. */
const mostHours = 48;
/** Questions of bots that are answered at the same time. */
const answersAtOnce = 4;

/** Opens what is kept and starts the engines. Raises 'invalid-option' without REDIS_URL, and a problem where what is kept cannot be opened. */
export async function openWorker(settings: Settings, options: EngineOptions = {}): Promise<OpenWorker> {
  const redisUrl = settings.redisUrl ?? raise('invalid-option', alone);
  const log = createLog(settings);
  const onLeftBehind = (error: unknown) => log.error({ error }, 'a file could not be removed');
  const store = unwrap(await openStore({ ...placesOf(settings), onLeftBehind }));
  const metrics = createMetrics('worker');
  const engine = startEngines(settings, log, metrics, { hasOthers: true, ...options });
  const { handlers, running } = workOf(settings, store, log, metrics, engine);
  let worker: JobWorker | undefined;
  let waits: string | undefined;
  const sweep = () => store.parcels.sweep(Date.now() - mostHours * hour).catch(onLeftBehind);
  const sweeping = setInterval(sweep, hour);
  void sweep();
  return {
    engine,
    metrics,
    log,
    begin({ id }, say) {
      const model = { id, name: basename(settings.modelDir) };
      worker = workOn<StudioJobs & EngineJobs>(handlers, {
        ...brokerOf({ redisUrl }, log),
        parcels: store.parcels,
        model,
        running,
        able: () => engine.ready,
        onStanding(standing) {
          waits = standing.serves ? undefined : whyItWaits(model, standing);
          say(waits ?? 'It does the jobs of all bots that meet it at REDIS_URL.');
        },
      });
    },
    unready() {
      if (!engine.ready) return 'The drawing engine is starting.';
      return worker?.connected ? waits : 'Redis does not answer.';
    },
    drain: async () => worker?.drain(),
    async close() {
      clearInterval(sweeping);
      await endWithin(worker?.close() ?? Promise.resolve(), engine);
      await store.close();
    },
  };
}

function workOf(settings: Settings, store: ModelStore, log: Log, metrics: Metrics, engine: RunningEngine) {
  const options = studioOptions(settings, store, log, engine);
  const { concepts } = store;
  const answers = engineAnswers({
    engine,
    model: settings.modelDir,
    async place({ token, sha256 }) {
      await concepts.checkBlob(sha256);
      return { token, sha256, path: concepts.blobPath(sha256) };
    },
  });
  return {
    handlers: { ...watchedHandlers<StudioJobs>(jobsFor(options), metrics, log), ...answers },
    running: { ...options.limits.running, engine: answersAtOnce },
  };
}

/** Models are told apart by their weights; two may be called the same. */
function whyItWaits(own: BaseModel, { instead }: Standing): string {
  if (!instead) return 'No worker does jobs; it begins in a moment.';
  const named = ({ name, id }: BaseModel) => `${name} (${id.slice(0, 12)})`;
  return `Jobs at REDIS_URL are done with the model ${named(instead)}, and this worker has ${named(own)}: it does none of them until no worker with the other is left.`;
}

const alone =
  'A worker does the jobs of bots, which it meets at REDIS_URL. Set it, or run npm start, which does its jobs itself.';
