import type { Log } from '../../../commands/bot/bot.ts';
import { poolOf } from '../../../src/engine/pool.ts';
import type { Engine } from '../../../src/engine/protocol.ts';
import { type EngineOptions, type RunningEngine, startEngine } from '../../../src/engine/supervisor.ts';
import type { Metrics } from '../../../src/monitoring/metrics.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import { engineEnvironment } from '../engine-environment.ts';

/** The GPUs that get an engine each; the CPU counts as one. */
export const gpusOf = ({ provider, gpus }: Pick<Settings, 'provider' | 'gpus'>): readonly number[] =>
  provider === 'cpu' ? [0] : gpus;

/** Starts the engines of this machine, as one; the metrics and the log hear of them. */
export function startEngines(
  settings: Settings,
  log: Log,
  metrics: Metrics,
  options: EngineOptions = {},
): RunningEngine {
  const gpus = gpusOf(settings);
  const start = (gpu: number) =>
    startEngine({
      environment: engineEnvironment(settings, gpu),
      log: (line, job) => log.info({ ...(job !== undefined && { job }) }, `engine: ${line}`),
      onStep: metrics.step,
      onRestart: metrics.engineRestarted,
      hasOthers: gpus.length > 1,
      ...options,
    });
  const engines = gpus.map(start) as [RunningEngine];
  metrics.watchEngines(() => engines.flatMap(({ pid }) => pid ?? []));
  return {
    ...countingPictures(poolOf(engines), metrics),
    get pid() {
      return engines[0].pid;
    },
    get ready() {
      return engines.some(({ ready }) => ready);
    },
  };
}

function countingPictures(engine: Engine, { pictures }: Metrics): Engine {
  return {
    ...engine,
    async imagine(task, options) {
      const result = await engine.imagine(task, options);
      if (result.ok) pictures(result.value.images.length);
      return result;
    },
  };
}
