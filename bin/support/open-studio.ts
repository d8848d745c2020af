import type { Log } from '../../commands/bot/bot.ts';
import type { ModelStore } from '../../model-store/open.ts';
import { poolOf } from '../../src/engine/pool.ts';
import { type EngineOptions, startEngine } from '../../src/engine/supervisor.ts';
import { visionCaptioner } from '../../src/personalize/captions/vision.ts';
import type { Settings } from '../../src/settings.ts';
import { createStudio } from '../../src/studio/create.ts';
import type { Studio } from '../../src/studio/studio.ts';
import { engineEnvironment } from './engine-environment.ts';

export type RunningEngine = ReturnType<typeof startEngine>;

/** The studio with its engine, and how to stop them. */
export function openStudio(
  settings: Settings,
  store: ModelStore,
  log: Log,
  engineOptions: EngineOptions = {},
): { readonly studio: Studio; readonly engine: RunningEngine; stop(): Promise<void> } {
  const { modelDir, method, serverMethods, teachSteps, caption, graceDays } = settings;
  const start = (gpu: number) =>
    startEngine({
      environment: engineEnvironment(settings, gpu),
      log: (line, job) => log.info({ ...(job !== undefined && { job }) }, `engine: ${line}`),
      ...engineOptions,
    });
  const gpus = settings.provider === 'cpu' ? [0] : settings.gpus;
  const [first, ...others] = gpus.map(start) as [RunningEngine];
  const engine = {
    ...poolOf([first, ...others]),
    get pid() {
      return first.pid;
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
    methodOf: (server) => serverMethods.get(server) ?? method,
    limits: limitsOf(settings, gpus.length),
    timeLimits: settings.timeLimits,
    checkpointSeconds: settings.checkpointSeconds,
    ...(teachSteps !== undefined && { teachSteps }),
  });
  return {
    studio,
    engine,
    /** Jobs that wait for the engine end with it, so the studio can only be closed together with it. */
    async stop() {
      const closing = studio.close();
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
