import { parseArgs } from 'node:util';
import { type PretrainOptions, pretrain } from '../src/pretrain/pretrain.ts';
import { type StageName, stageNames } from '../src/pretrain/training-run.ts';
import { raise } from '../src/result.ts';
import { createRuntime } from '../src/runtime/session.ts';
import { endWith, wholeNumber } from './support/arguments.ts';
import { commitHash } from './support/commit.ts';
import { duration, type ProgressLine, progressLine } from './support/progress-line.ts';
import { stopSignal } from './support/stop-signal.ts';

/**
 * Pictures of more drawings are more than Node reads of a file at once, 2 GiB. A run takes three seeds more than its own, and drawings of
 * seeds above 128 may be those that `npm run eval:model` judges by: see `heldOutSeeds`.
 */
const most = { drawings: 170_000, seed: 125 } as const;

const usage = `npm run pretrain -- [options]
Trains the bundled model anew, or goes on where a run with the same folder stopped.

  --run DIR                 checkpoints, sheets and loss curves   (runs/sketchbook)
  --model DIR               where the trained model goes          (model in the folder of --run)
  --from DIR                a trained model to go on from         (nothing)
  --drawings N              drawings to learn from                (36000; ${most.drawings} at most)
  --autoencoder-steps N     batches of 8                          (12000)
  --decoder-steps N         batches of 8, latents unchanged       (0)
  --diffusion-steps N       batches of 32                         (20000)
  --clip-steps N            batches of 128                        (6000)
  --reader-steps N          batches of 32                         (10000)
                            with 0 steps, a part stays as it is in --from
  --seed N                                                        (1; ${most.seed} at most)
  --cores N                 processor cores: 1, 2, 4 or 8         (2)
`;

const options = {
  run: { type: 'string', default: 'runs/sketchbook' },
  model: { type: 'string' },
  from: { type: 'string' },
  drawings: { type: 'string', default: '36000' },
  'autoencoder-steps': { type: 'string', default: '12000' },
  'decoder-steps': { type: 'string', default: '0' },
  'diffusion-steps': { type: 'string', default: '20000' },
  'clip-steps': { type: 'string', default: '6000' },
  'reader-steps': { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  cores: { type: 'string', default: '2' },
  help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** Each divides the batches of all stages. */
const coreCounts = [1, 2, 4, 8];

async function train(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  const { run, model = `${run}/model`, from } = values;
  const cores = coresOf(values.cores);
  const progress = watch();
  await pretrain({
    runtime: createRuntime({ threads: cores }),
    run,
    model,
    ...(from !== undefined && { from }),
    drawings: wholeNumber('--drawings', values.drawings, 1, most.drawings),
    seed: wholeNumber('--seed', values.seed, 0, most.seed),
    cores,
    steps: stepsOf(values),
    command: ['npm run pretrain --', ...repeatable(values)].join(' '),
    commit: commitHash(),
    signal: stopSignal(),
    onProgress: progress.onProgress,
  }).finally(progress.clear);
}

function coresOf(typed: string): number {
  const cores = coreCounts.find((count) => String(count) === typed);
  return cores ?? raise('invalid-option', `--cores is 1, 2, 4 or 8, not ${typed}.`);
}

function stepsOf(values: Options): Readonly<Record<StageName, number>> {
  const steps = (stage: StageName) =>
    wholeNumber(`--${stage}-steps`, values[`${stage}-steps`], 0, 10_000_000);
  return {
    autoencoder: steps('autoencoder'),
    decoder: steps('decoder'),
    diffusion: steps('diffusion'),
    clip: steps('clip'),
    reader: steps('reader'),
  };
}

/** The options that decide what is trained, without the folders of this machine. */
function repeatable(values: Options): readonly string[] {
  const steps = stageNames.map((stage) => `${stage}-steps` as const);
  return (['drawings', ...steps, 'seed', 'cores'] as const).map((name) => `--${name} ${values[name]}`);
}

/** A line of its own for each stage; what is left of the last is taken off the terminal by `clear`. */
function watch(): Pick<PretrainOptions, 'onProgress'> & { clear(): void } {
  const lines = new Map<string, ProgressLine>();
  return {
    onProgress({ stage, step, steps, loss, secondsLeft = 0 }) {
      const line = lines.get(stage) ?? progressLine(stage);
      lines.set(stage, line);
      const details = loss === undefined ? '' : `, loss ${loss.toFixed(4)}, ${duration(secondsLeft)} left`;
      if (step === steps) line.end(`${steps} done${details}`);
      else line.update(step / steps, `${step}/${steps}${details}`);
    },
    clear: () => [...lines.values()].at(-1)?.clear(),
  };
}

train().catch((error: unknown) => endWith(error, usage));
