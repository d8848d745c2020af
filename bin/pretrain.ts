import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { pretrain } from '../src/pretrain/pretrain.ts';
import { stageNames } from '../src/pretrain/training-run.ts';
import { createRuntime } from '../src/runtime/session.ts';
import { duration, type ProgressLine, progressLine } from './support/progress-line.ts';

const usage = `npm run pretrain -- [options]
Trains the bundled model anew, or goes on where a run with the same folder stopped.

  --run DIR                 checkpoints, sheets and loss curves   (runs/sketchbook)
  --model DIR               where the trained model goes          (runs/sketchbook/model)
  --from DIR                a trained model to go on from         (nothing)
  --drawings N              drawings to learn from                (36000)
  --autoencoder-steps N     batches of 8                          (12000)
  --decoder-steps N         batches of 8, latents unchanged       (0)
  --diffusion-steps N       batches of 32                         (20000)
  --clip-steps N            batches of 128                        (6000)
  --reader-steps N          batches of 32                         (10000)
                            with 0 steps, a part stays as it is in --from
  --seed N                                                        (1)
  --cores N                 processor cores: 1, 2, 4 or 8         (2)
`;

const { values } = parseArgs({
  options: {
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
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const lines = new Map<string, ProgressLine>();

await pretrain({
  runtime: createRuntime({ threads: Number(values.cores) }),
  run: values.run,
  model: values.model ?? `${values.run}/model`,
  ...(values.from === undefined ? {} : { from: values.from }),
  drawings: Number(values.drawings),
  seed: Number(values.seed),
  cores: Number(values.cores),
  steps: {
    autoencoder: Number(values['autoencoder-steps']),
    decoder: Number(values['decoder-steps']),
    diffusion: Number(values['diffusion-steps']),
    clip: Number(values['clip-steps']),
    reader: Number(values['reader-steps']),
  },
  command: ['npm run pretrain --', ...repeatable()].join(' '),
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
  onProgress({ stage, step, steps, loss, secondsLeft }) {
    const line = lines.get(stage) ?? progressLine(stage);
    lines.set(stage, line);
    const details = loss === undefined ? '' : `, loss ${loss.toFixed(4)}, ${duration(secondsLeft ?? 0)} left`;
    if (step === steps) line.end(`${steps} done${details}`);
    else line.update(step / steps, `${step}/${steps}${details}`);
  },
});

/** The options that decide what is trained, without the folders of this machine. */
function repeatable(): readonly string[] {
  const steps = stageNames.map((stage) => `${stage}-steps` as const);
  return (['drawings', ...steps, 'seed', 'cores'] as const).map((name) => `--${name} ${values[name]}`);
}
