import type { Log } from '../../../commands/bot/bot.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import type { EngineOptions } from '../../../src/engine/supervisor.ts';
import type { Metrics } from '../../../src/monitoring/metrics.ts';
import { watchedJobs } from '../../../src/monitoring/watched-jobs.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import { createStudio } from '../../../src/studio/create.ts';
import { endWithin } from './ending.ts';
import { startEngines } from './engines.ts';
import type { OpenStudio } from './opened.ts';
import { studioOptions } from './options.ts';

/** A studio whose jobs are done by engines of this machine, which it starts. */
export function studioHere(
  settings: Settings,
  store: ModelStore,
  log: Log,
  metrics: Metrics,
  engineOptions: EngineOptions,
): OpenStudio {
  const engine = startEngines(settings, log, metrics, engineOptions);
  const studio = createStudio({
    ...studioOptions(settings, store, log, engine),
    able: () => engine.ready,
    watched: (driver) => watchedJobs(driver, metrics, log),
  });
  return {
    studio,
    engine,
    unready: () => (engine.ready ? undefined : 'The drawing engine is starting.'),
    stop: () => endWithin(studio.close(), engine),
  };
}
