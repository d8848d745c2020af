import { join } from 'node:path';
import type { Adapter } from '../adapters/adapter.ts';
import { loadAdapters, wantedAdapters } from '../adapters/index.ts';
import { ProblemError, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings.ts';
import { assemble } from './support/assemble.ts';

/** `npm start`: runs the bot on every platform that is set up, or the local chat where none is. */

const root = join(import.meta.dirname, '..');

async function start(): Promise<void> {
  const settings = unwrap(loadSettings(root));
  const { bot, log, store, close } = await assemble(settings);
  const running: Adapter[] = [];

  let stopping = false;
  const stop = async () => {
    if (stopping) return process.exit(1);
    stopping = true;
    bot.stop();
    await Promise.all(running.map((adapter) => adapter.stop()));
    await close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

  for (const { name, create } of wantedAdapters(await loadAdapters(), settings)) {
    const folder = join(settings.dataDir, name);
    const adapter = await create(settings, { bot, log, messages: store.messages, folder });
    console.log(await adapter.start());
    running.push(adapter);
  }
  console.log('Ctrl+C stops it; what it was taught stays.');
}

start().catch((error: unknown) => {
  if (!(error instanceof ProblemError)) throw error;
  console.error(error.problem.message);
  process.exit(1);
});
