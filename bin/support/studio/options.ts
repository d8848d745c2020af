import type { Log } from '../../../commands/bot/bot.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import type { Engine } from '../../../src/engine/protocol.ts';
import { visionCaptioner } from '../../../src/personalize/captions/vision.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import type { StudioOptions } from '../../../src/studio/create.ts';
import { gpusOf } from './engines.ts';

/** What a studio works with, whether a bot has it whole or a worker does its jobs. */
export function studioOptions(
  settings: Settings,
  store: ModelStore,
  log: Log,
  engine: Engine,
): StudioOptions & { readonly limits: { readonly running: ReturnType<typeof runningOf> } } {
  const { method, serverMethods, teachSteps, closeUps, caption } = settings;
  return {
    store: store.concepts,
    servers: store.servers,
    records: store.records,
    ledger: store.ledger,
    measured: store.platform('studio'),
    graceSeconds: settings.graceDays * 24 * 3600,
    keptElsewhere: settings.storeUrl !== undefined || settings.blobs !== undefined,
    onError: (error) => log.error({ error }, 'what is kept of a server that left could not be deleted'),
    onUnshared: (error, job) =>
      log.error({ job, error }, 'a checkpoint could not be brought where other workers find it'),
    engine,
    ...(caption && { captioner: visionCaptioner(caption) }),
    model: settings.modelDir,
    methodOf: (server) => serverMethods.get(server) ?? method,
    limits: {
      pictureBytes: settings.maxPictureBytes,
      side: settings.maxSide,
      serverBytes: settings.maxServerBytes,
      running: runningOf(settings),
    },
    timeLimits: settings.timeLimits,
    checkpointSeconds: settings.checkpointSeconds,
    ...(teachSteps !== undefined && { teachSteps }),
    closeUps,
  };
}

/**
 * Jobs of each kind that run here at the same time. Drawings of as many servers as go through the U-Net together; one more gets ready
 * meanwhile.
 */
function runningOf(settings: Settings) {
  return { teach: 2, imagine: (settings.picturesAtOnce + 1) * gpusOf(settings).length };
}
