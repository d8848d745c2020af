import { join } from 'node:path';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { askedForHelp, endWith } from './support/arguments.ts';
import { endOnSignals } from './support/draining.ts';
import { introduce } from './support/introduction.ts';
import { openMonitor, type Phase } from './support/monitor.ts';
import { openWorker } from './support/open-worker.ts';
import { endOnUncaught } from './support/uncaught.ts';

const usage = `npm run worker
Teaches and draws for the bots that it meets at REDIS_URL. docs/scaling.md tells how to set up several machines.
Settings are in .env or the environment; .env.example says what each is for.
`;

async function work(): Promise<void> {
  if (askedForHelp(usage)) return;
  endOnUncaught();
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const { engine, metrics, begin, unready, drain, close } = await openWorker(settings);
  let phase: Phase = 'starting';
  const closeMonitor = await openMonitor(settings, { metrics, unready, phase: () => phase });

  endOnSignals({
    seconds: settings.drainSeconds,
    drain() {
      phase = 'stopping';
      return drain();
    },
    async close() {
      await Promise.all([closeMonitor(), close()]);
    },
  });

  const model = await introduce(engine, settings);
  if (phase !== 'starting') return;
  if (!model) {
    await close();
    return process.exit(1);
  }
  begin(model, (sentence) => console.log(sentence));
  phase = 'running';
  console.log('Ctrl+C stops it; others go on with what it was doing.');
}

work().catch((error: unknown) => {
  endWith(error, usage);
  process.exit();
});
