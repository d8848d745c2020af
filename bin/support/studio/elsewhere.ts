import type { Log } from '../../../commands/bot/bot.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import { askWorkers } from '../../../src/jobs/bullmq/asking.ts';
import { openLeases } from '../../../src/jobs/bullmq/leases.ts';
import { type EngineJobs, engineElsewhere } from '../../../src/jobs/engine-jobs.ts';
import type { JobHandlers } from '../../../src/jobs/queue.ts';
import type { Metrics } from '../../../src/monitoring/metrics.ts';
import { watchedJobs } from '../../../src/monitoring/watched-jobs.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import { createStudio, defaultLimits } from '../../../src/studio/create.ts';
import { brokerOf } from './broker.ts';
import { knownModel } from './known-model.ts';
import type { OpenStudio } from './opened.ts';
import { studioOptions } from './options.ts';

/** What one server may have asked the engines besides jobs, of all bots together; all but one of it waits. */
const mostQuestions = 10;

/** A studio whose jobs are done by workers. */
export function studioElsewhere(
  settings: Settings & { readonly redisUrl: string },
  store: ModelStore,
  log: Log,
  metrics: Metrics,
): OpenStudio {
  const perServer = { ...defaultLimits.perServer, engine: mostQuestions };
  const broker = { ...brokerOf(settings, log), parcels: store.parcels };
  const asking = askWorkers({ ...broker, perServer });
  const leases = openLeases(broker);
  const questions = asking.driver<EngineJobs>(doneElsewhere);
  const modelNow = () => asking.serving?.model;
  const engine = engineElsewhere(questions, { known: knownModel(store.platform('engine')), modelNow });
  const options = studioOptions(settings, store, log, engine);
  const studio = createStudio({
    ...options,
    jobs: asking.driver,
    modelNow,
    atOnce: () => asking.serving?.slots ?? options.limits.running,
    watched: (driver) => watchedJobs(driver, metrics, log),
  });
  return {
    studio,
    engine: {
      ...engine,
      pid: undefined,
      get ready() {
        return asking.connected;
      },
    },
    leases,
    unready: () => (asking.connected ? undefined : 'Redis does not answer.'),
    async stop() {
      await studio.close();
      await leases.close();
      await asking.close();
    },
  };
}

const doneElsewhere: JobHandlers<EngineJobs> = {
  engine: () => {
    throw new TypeError('workers answer this');
  },
};
