import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith, wholeNumber } from './support/arguments.ts';
import { runFullSize } from './support/bench/full-size/run.ts';
import { type ProviderBenchOptions, runOnProvider } from './support/bench/provider/run.ts';
import { runBench } from './support/bench/run.ts';
import { findPython } from './support/bench/steps/python.ts';
import { checkGpu, report } from './support/gpu-check.ts';

const usage = `npm run bench -- [options]
Measures speed and memory, each thing in a fresh process, and prints them as JSON.

  --model DIR    diffusers-style ONNX folder                     (the one that npm start uses)
  --runs N       times that each thing is done                   (7)
  --steps N      training steps of the teach                     (the method's own number)
  --batches A,B  with --provider: pictures at a time             (1,2,4,8)
  --json FILE    writes the JSON there too, with --provider after each measurement
  --full-size DIR
                 measures Stable Diffusion 1.5's U-Net instead, with random weights: 3.4 GB that are written into DIR once
  --provider P   cuda, cpu or auto: holds that against PyTorch's numbers, measures a teach, a drawing and the U-Net's steps on it, and
                 says which aims that meets; with --full-size a whole model of that shape. Ends with status 3 where there is no GPU to
                 use, with 1 where a number is off
  --python FILE  with one of these two: a Python with PyTorch and diffusers, whose steps are then done in turn with ours; python3 where that
                 has both
`;

const noGpu = 3;

const options = {
  model: { type: 'string' },
  runs: { type: 'string', default: '7' },
  steps: { type: 'string' },
  batches: { type: 'string', default: '1,2,4,8' },
  'full-size': { type: 'string' },
  provider: { type: 'string' },
  python: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function bench(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  if (values.provider === 'cuda' && !(await gpuIsReady())) return;
  const result = await measure(values);
  console.log(jsonOf(result));
  if (values.json !== undefined) await writeFile(values.json, `${jsonOf(result)}\n`);
}

/** Times differ from run to run in their second digit; more than four only look exact. */
function jsonOf(result: object): string {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  return JSON.stringify(result, rounded, 2);
}

async function measure(values: Options): Promise<object> {
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const { provider, steps, json, 'full-size': fullSize } = values;
  const model = values.model === undefined ? settings.modelDir : resolve(values.model);
  const teachSteps = steps === undefined ? {} : { teachSteps: wholeNumber('--steps', steps, 1, 100_000) };
  const common = {
    settings: { ...settings, ...(provider !== undefined && { provider: providerNamed(provider) }) },
    runs: wholeNumber('--runs', values.runs, 1, 1000),
  };
  const comparing = async () => {
    const python = values.python ?? (await findPython());
    return { ...common, ...(python !== undefined && { python }) };
  };
  if (provider !== undefined) {
    const measured = fullSize === undefined ? { model } : { fullSize: resolve(fullSize) };
    return onProvider({
      ...(await comparing()),
      ...teachSteps,
      measured,
      batches: values.batches.split(',').map((batch) => wholeNumber('--batches', batch, 1, 64)),
      ...(json !== undefined && { onMeasured: (soFar) => writeFile(json, `${jsonOf(soFar)}\n`) }),
    });
  }
  if (fullSize !== undefined) return runFullSize({ ...(await comparing()), folder: resolve(fullSize) });
  return runBench({ ...common, model, ...teachSteps });
}

/** Says what a GPU lacks, and ends with a status of its own. */
async function gpuIsReady(): Promise<boolean> {
  const verdicts = await checkGpu();
  if (verdicts.every(({ fine }) => fine)) return true;
  console.error(report(verdicts));
  process.exitCode = noGpu;
  return false;
}

async function onProvider(options: ProviderBenchOptions): Promise<object> {
  const result = await runOnProvider(options);
  if (!result.parity.passes || result.halfParity?.passes === false) process.exitCode = 1;
  return result;
}

function providerNamed(name: string): 'auto' | 'cuda' | 'cpu' {
  if (name === 'auto' || name === 'cuda' || name === 'cpu') return name;
  return raise('invalid-option', `--provider is auto, cuda or cpu, not ${name}.`);
}

bench().catch((error: unknown) => endWith(error, usage));
