import { join } from 'node:path';
import type { Adapter } from '../adapters/adapter.ts';
import { loadAdapters, wantedAdapters } from '../adapters/index.ts';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { askedForHelp, endWith } from './support/arguments.ts';
import { assemble } from './support/assemble.ts';
import { endOnSignals } from './support/draining.ts';
import { introduce } from './support/introduction.ts';
import { openMonitor, type Phase } from './support/monitor.ts';
import { startAdapters } from './support/start-adapters.ts';
import { endOnUncaught } from './support/uncaught.ts';

const usage = `npm start
Runs the bot on every platform that is set up in .env, or the local chat where none is. It prints the address to open.
Settings are in .env or the environment; .env.example says what each is for.
`;

const root = join(import.meta.dirname, '..');

async function start(): Promise<void> {
  if (askedForHelp(usage)) return;
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
  endWith(error, usage);
  process.exit();
});
