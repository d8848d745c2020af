import { type Bot, createBot, type Log } from '../../commands/bot/bot.ts';
import { loadCommands } from '../../commands/index.ts';
import { type ModelStore, openStore, type StoreOptions } from '../../model-store/open.ts';
import type { EngineOptions, RunningEngine } from '../../src/engine/supervisor.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Metrics } from '../../src/monitoring/metrics.ts';
import { unwrap } from '../../src/result.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { placesOf } from './places-of.ts';
import { openStudio } from './studio/open.ts';
import { sweepHourly } from './sweep-hourly.ts';

/** Everything under the adapters, put together from the settings. */
export interface Assembly {
  readonly bot: Bot;
  readonly log: Log;
  readonly store: ModelStore;
  readonly engine: RunningEngine;
  readonly metrics: Metrics;
  /** Why no jobs can be done now, a sentence; undefined where they can. */
  unready(): string | undefined;
  close(): Promise<void>;
}

/** Seams for tests of disks and engines that fail. */
export interface AssemblyOptions {
  readonly store?: Partial<StoreOptions>;
  readonly engine?: EngineOptions;
}

/** Raises a problem where what is kept cannot be opened. */
export async function assemble(settings: Settings, options: AssemblyOptions = {}): Promise<Assembly> {
  const log = createLog(settings);
  const onLeftBehind = (error: unknown) =>
    log.error({ error }, 'a file that is no longer needed could not be removed; the next hour tries again');
  const onDamaged = (error: unknown) =>
    log.error({ error }, 'what is kept of servers that have left stays until they leave again');
  const store = unwrap(await openStore({ ...placesOf(settings), onLeftBehind, onDamaged, ...options.store }));
  const metrics = createMetrics('bot');
  const { studio, engine, leases, unready, stop } = openStudio(settings, store, log, metrics, options.engine);
  const bot = createBot({
    commands: await loadCommands(),
    studio,
    jobs: store.jobs,
    ledger: store.ledger,
    ...(leases && { leases }),
    able: () => engine.ready,
    log,
    largestPicture: settings.maxPictureBytes,
  });
  const stopSweeping = sweepHourly(store, log);
  return {
    bot,
    log,
    store,
    engine,
    metrics,
    unready,
    async close() {
      bot.stop();
      await Promise.all([stop(), stopSweeping()]);
      await store.close();
    },
  };
}
