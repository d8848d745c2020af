import { join } from 'node:path';
import type { Adapter } from '../adapters/adapter.ts';
import { loadAdapters, wantedAdapters } from '../adapters/index.ts';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith } from './support/arguments.ts';
import { assemble } from './support/assemble.ts';
import { endOnSignals } from './support/draining.ts';
import { introduce } from './support/introduction.ts';
import { openMonitor, type Phase } from './support/monitor.ts';
import { startAdapters } from './support/start-adapters.ts';
import { endOnUncaught } from './support/uncaught.ts';

/** `npm start`: runs the bot on every platform that is set up, or the local chat where none is. */

const root = join(import.meta.dirname, '..');

async function start(): Promise<void> {
  endOnUncaught();
  const settings = unwrap(loadSettings(root));
  const { bot, log, store, engine, metrics, unready, close } = await assemble(settings);
  const running: Adapter[] = [];
  let phase: Phase = 'starting';
  const closeMonitor = await openMonitor(settings, { metrics, unready, phase: () => phase });

  endOnSignals({
    seconds: settings.drainSeconds,
    drain() {
      phase = 'stopping';
      return bot.drain();
    },
    async close() {
      bot.stop();
      await Promise.all([closeMonitor(), ...running.map((adapter) => adapter.stop())]);
      await close();
    },
  });

  if (settings.redisUrl === undefined) await introduce(engine, settings);
  else console.log('Workers teach and draw for it: npm run worker starts one.');
  const count = await startAdapters({
    modules: wantedAdapters(await loadAdapters(), settings),
    create: ({ name, create }) =>
      create(settings, {
        bot,
        log,
        messages: store.messages,
        records: store.platform(name),
        folder: join(settings.dataDir, name),
      }),
    log,
    say: (sentence) => console.log(sentence),
    complain: (sentence) => console.error(sentence),
    onRunning: (adapter) => running.push(adapter),
  });
  if (count === 0) {
    await close();
    return process.exit(1);
  }
  if (phase === 'starting') phase = 'running';
  console.log('Ctrl+C stops it; what it was taught stays.');
}

start().catch((error: unknown) => {
  endWith(error, '');
  process.exit();
});
