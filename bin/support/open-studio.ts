import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../commands/bot/bot.ts';
import type { ModelStore } from '../../model-store/open.ts';
import { poolOf } from '../../src/engine/pool.ts';
import type { Engine } from '../../src/engine/protocol.ts';
import { type EngineOptions, type RunningEngine, startEngine } from '../../src/engine/supervisor.ts';
import type { Metrics } from '../../src/monitoring/metrics.ts';
import { watchedJobs } from '../../src/monitoring/watched-jobs.ts';
import { visionCaptioner } from '../../src/personalize/captions/vision.ts';
import type { Settings } from '../../src/settings.ts';
import { createStudio } from '../../src/studio/create.ts';
import type { Studio } from '../../src/studio/studio.ts';
import { engineEnvironment } from './engine-environment.ts';

/** Enough for a step of a large model and its checkpoint, and less than what is left of the time to end. */
const leavingMilliseconds = 6000;

/** The studio with its engine, and how to stop them. The metrics hear of both. */
export function openStudio(
  settings: Settings,
  store: ModelStore,
  log: Log,
  metrics: Metrics,
  engineOptions: EngineOptions = {},
): { readonly studio: Studio; readonly engine: RunningEngine; stop(): Promise<void> } {
  const { modelDir, method, serverMethods, teachSteps, caption, graceDays } = settings;
  const start = (gpu: number) =>
    startEngine({
      environment: engineEnvironment(settings, gpu),
      log: (line, job) => log.info({ ...(job !== undefined && { job }) }, `engine: ${line}`),
      onStep: metrics.step,
      onRestart: metrics.engineRestarted,
      ...engineOptions,
    });
  const gpus = settings.provider === 'cpu' ? [0] : settings.gpus;
  const engines = gpus.map(start) as [RunningEngine];
  metrics.watchEngines(() => engines.flatMap(({ pid }) => pid ?? []));
  const engine = {
    ...countingPictures(poolOf(engines), metrics),
    get pid() {
      return engines[0].pid;
    },
    get ready() {
      return engines.some(({ ready }) => ready);
    },
  };
  const studio = createStudio({
    store: store.concepts,
    servers: store.servers,
    records: store.records,
    ledger: store.ledger,
    measured: store.platform('studio'),
    graceSeconds: graceDays * 24 * 3600,
    onError: (error) => log.error({ error }, 'what is kept of a server that left could not be deleted'),
    engine,
    ...(caption && { captioner: visionCaptioner(caption) }),
    model: modelDir,
    watched: (driver) => watchedJobs(driver, metrics, log),
    methodOf: (server) => serverMethods.get(server) ?? method,
    limits: limitsOf(settings, gpus.length),
    timeLimits: settings.timeLimits,
    checkpointSeconds: settings.checkpointSeconds,
    ...(teachSteps !== undefined && { teachSteps }),
  });
  return {
    studio,
    engine,
    /** The engine has a moment to leave its tasks and to write where they were; jobs that still wait for it then end with it. */
    async stop() {
      const closing = studio.close();
      await Promise.race([closing, pause(leavingMilliseconds, undefined, { ref: false })]);
      await engine.stop();
      await closing;
    },
  };
}

/** Drawings of as many servers run at the same time as go through the U-Net together; one more gets ready meanwhile. */
function limitsOf({ maxPictureBytes, maxSide, picturesAtOnce }: Settings, engines: number) {
  return {
    pictureBytes: maxPictureBytes,
    side: maxSide,
    running: { teach: 2, imagine: (picturesAtOnce + 1) * engines },
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
