import { basename, join } from 'node:path';
import type { Adapter } from '../adapters/adapter.ts';
import { loadAdapters, wantedAdapters } from '../adapters/index.ts';
import type { RunningEngine } from '../src/engine/supervisor.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings, type Settings } from '../src/settings.ts';
import { endWith } from './support/arguments.ts';
import { assemble } from './support/assemble.ts';
import { endOnSignals } from './support/draining.ts';
import { openMonitor, type Phase } from './support/monitor.ts';
import { startAdapters } from './support/start-adapters.ts';

/** `npm start`: runs the bot on every platform that is set up, or the local chat where none is. */

const root = join(import.meta.dirname, '..');

async function start(): Promise<void> {
  const settings = unwrap(loadSettings(root));
  const { bot, log, store, engine, metrics, close } = await assemble(settings);
  const running: Adapter[] = [];
  let phase: Phase = 'starting';
  const closeMonitor = await openMonitor(settings, { metrics, engine, phase: () => phase });

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

  await introduce(engine, settings);
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

/** Says what the model is. One that cannot be used is better heard of now than at the first command. */
async function introduce(engine: RunningEngine, { modelDir }: Settings): Promise<void> {
  const name = basename(modelDir);
  console.log(`Opening the model ${name} …`);
  const model = await engine.describe(modelDir);
  if (model.ok) {
    const { pixels, parameters } = model.value;
    const millions = (parameters / 1e6).toLocaleString('en-US', { maximumSignificantDigits: 2 });
    console.log(`It draws ${pixels.width} × ${pixels.height} pixels with ${millions} million weights.`);
  } else if (model.problem.code === 'engine-down') console.error(model.problem.message);
  else raise(model.problem.code, `The model in ${modelDir} cannot be used. ${model.problem.message}`);
}

start().catch((error: unknown) => {
  endWith(error, '');
  process.exit();
});
