import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith, wholeNumber } from './support/arguments.ts';
import { runDemo } from './support/demo/run.ts';
import { stopSignal } from './support/stop-signal.ts';

const usage = `npm run demo -- [options]
Teaches the bundled model seven things, one after another, and draws them together.

  --out DIR      where pictures and report.json go               (out)
  --seed N       of the pictures drawn at the end                (1)
  --steps N      training steps of each teach                    (the method's own number)
`;

async function demo(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'out' },
      seed: { type: 'string', default: '1' },
      steps: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const { teachSteps, ...settings } = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const steps = values.steps === undefined ? teachSteps : wholeNumber('--steps', values.steps, 1, 100_000);
  const signal = stopSignal();
  await runDemo({
    out: resolve(values.out),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    settings: { ...settings, ...(steps !== undefined && { teachSteps: steps }) },
    signal,
  });
}

demo().catch((error: unknown) => endWith(error, usage));
