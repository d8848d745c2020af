import type { Log } from '../../../commands/bot/bot.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import type { EngineOptions } from '../../../src/engine/supervisor.ts';
import type { Metrics } from '../../../src/monitoring/metrics.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import { studioElsewhere } from './elsewhere.ts';
import { studioHere } from './here.ts';
import type { OpenStudio } from './opened.ts';

/** Opens the studio where the settings have its jobs done: by engines of this machine, or by workers. The metrics hear of them. */
export function openStudio(
  settings: Settings,
  store: ModelStore,
  log: Log,
  metrics: Metrics,
  engineOptions: EngineOptions = {},
): OpenStudio {
  const { redisUrl } = settings;
  if (redisUrl === undefined) return studioHere(settings, store, log, metrics, engineOptions);
  return studioElsewhere({ ...settings, redisUrl }, store, log, metrics);
}
