import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings.ts';
import { endWith, wholeNumber } from './support/arguments.ts';
import { runFullSize } from './support/bench/full-size/run.ts';
import { runBench } from './support/bench/run.ts';

const usage = `npm run bench -- [options]
Measures speed and memory, each thing in a fresh process, and prints them as JSON.

  --model DIR    diffusers-style ONNX folder                     (the one that npm start uses)
  --runs N       times that each thing is done                   (7)
  --steps N      training steps of the teach                     (the method's own number)
  --json FILE    writes the JSON there too
  --full-size DIR
                 measures Stable Diffusion 1.5's U-Net instead, with random weights: 3.4 GB that are written into DIR once
  --python FILE  for --full-size: a Python with PyTorch and diffusers, whose steps are then done in turn with ours
`;

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      runs: { type: 'string', default: '7' },
      steps: { type: 'string' },
      'full-size': { type: 'string' },
      python: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const runs = wholeNumber('--runs', values.runs, 1, 1000);
  const { python } = values;
  const result =
    values['full-size'] === undefined
      ? await runBench({
          settings,
          model: values.model === undefined ? settings.modelDir : resolve(values.model),
          runs,
          ...(values.steps !== undefined && { teachSteps: wholeNumber('--steps', values.steps, 1, 100_000) }),
        })
      : await runFullSize({
          settings,
          folder: resolve(values['full-size']),
          runs,
          ...(python !== undefined && { python }),
        });
  const json = JSON.stringify(result, rounded, 2);
  if (values.json !== undefined) await writeFile(values.json, `${json}\n`);
  console.log(json);
}

/** Times differ from run to run in their second digit; more than four only look exact. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

bench().catch((error: unknown) => endWith(error, usage));
