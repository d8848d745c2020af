import { type Bot, createBot, type Log } from '../../commands/bot/bot.ts';
import { loadCommands } from '../../commands/index.ts';
import { type ModelStore, openStore } from '../../model-store/open.ts';
import { createLog } from '../../src/log.ts';
import { unwrap } from '../../src/result.ts';
import type { Settings } from '../../src/settings.ts';
import { openStudio } from './open-studio.ts';

/** Everything under the adapters, put together from the settings. */
export interface Assembly {
  readonly bot: Bot;
  readonly log: Log;
  readonly store: ModelStore;
  close(): Promise<void>;
}

/** Raises a problem where what is kept cannot be opened. */
export async function assemble(settings: Settings): Promise<Assembly> {
  const log = createLog(settings);
  const store = unwrap(await openStore({ folder: settings.dataDir }));
  const { studio, stop } = await openStudio(settings, store);
  const bot = createBot({
    commands: await loadCommands(),
    studio,
    jobs: store.jobs,
    log,
    largestPicture: settings.maxPictureBytes,
  });
  return {
    bot,
    log,
    store,
    async close() {
      await stop();
      await store.close();
    },
  };
}
