import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { mean } from '../numbers.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Uniform } from '../random.ts';
import { raise } from '../result.ts';
import { seededRandom } from '../world/index.ts';
import { type Checkpoint, type LossCurve, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Net, Parameters } from './nets/net.ts';
import { learningRateAt } from './schedule.ts';
import { stopWhereAborted } from './stopping.ts';
import { createTrainer, type Trainer } from './trainer.ts';

const lossBlockSteps = 25;
const checkpointSeconds = 120;

/** The training of one of the networks that the bundled model has, or is judged with: `stages/`. */
export interface Stage {
  readonly name: string;
  readonly steps: number;
  readonly learningRate: number;
  readonly averageDecay: number;
  readonly weightDecay: number;
  readonly seed: number;
  readonly sheetEverySteps: number;
  /** Parts that each batch is divided into, to be computed side by side. */
  readonly parts: number;
  /** Training graph of one part. */
  net(random: Uniform, known: Checkpoint['parameters'] | undefined): Net;
  batch(random: Uniform): Promise<Readonly<Record<string, Tensor>>>;
  /** Pictures that show how far the run has come, as a PNG. */
  sheet(trainer: Trainer): Promise<Uint8Array>;
}

export interface StageProgress {
  readonly stage: string;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly secondsLeft: number;
}

export interface StageOptions {
  /** Where checkpoints, loss curves and sheets go. */
  readonly folder: string;
  /** Weights to start with where there is no checkpoint; those of other networks among them are passed over. */
  readonly initial?: Parameters;
  /** Ends the run between two steps, with a checkpoint. */
  readonly signal?: AbortSignal;
  onProgress(progress: StageProgress): void;
}

/** The trainer, closed, as the last step left it, and the mean loss of each block of steps. */
export interface StageResult {
  readonly trainer: Trainer;
  readonly losses: readonly number[];
}

/**
 * Runs a stage to its last step, from its checkpoint where there is one. Every step draws from a generator seeded by
 * the stage's seed and the step's number, so that a resumed run sees what an uninterrupted one would have seen. Raises 'invalid-option'
 * where the checkpoint is of another run, 'storage-corrupt' where it is damaged, 'cancelled' when the signal ends the run.
 */
export async function runStage(stage: Stage, options: StageOptions): Promise<StageResult> {
  const { folder, initial } = options;
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${stage.name}.safetensors`);
  const resumed = await readCheckpoint(path);
  const net = stage.net(seededRandom(stage.seed), resumed?.parameters ?? initial);
  if (resumed !== undefined) requireSameRun(path, stage, net.parameters, resumed);
  const trainer = await createTrainer({
    graph: net.builder.build(),
    parts: stage.parts,
    parameters: net.parameters,
    averageDecay: stage.averageDecay,
    weightDecay: stage.weightDecay,
    ...(resumed === undefined ? {} : { resumed }),
  });
  const curve = createCurve(resumed?.curve);
  const keep = () => writeCheckpoint(path, stage.seed, trainer, curve);
  try {
    await goOn(stage, trainer, curve, keep, options);
  } finally {
    await trainer.close();
  }
  return { trainer, losses: curve.blocks };
}

/** Trains to the last step. Keeps the state now and then, where the signal ends it, and at the end. */
async function goOn(
  stage: Stage,
  trainer: Trainer,
  curve: GrowingCurve,
  keep: () => Promise<void>,
  { folder, signal, onProgress }: StageOptions,
): Promise<void> {
  const { name, seed, steps } = stage;
  const started = { at: performance.now(), step: trainer.steps };
  let keptAt = started.at;
  while (trainer.steps < steps && !signal?.aborted) {
    const step = trainer.steps;
    const feeds = await stage.batch(seededRandom(stepSeed(seed, step)));
    const loss = await trainer.step(feeds, learningRateAt(step, steps, stage.learningRate));
    curve.add(loss);
    const perStep = (performance.now() - started.at) / (trainer.steps - started.step) / 1000;
    const secondsLeft = perStep * (steps - trainer.steps);
    onProgress({ stage: name, step: trainer.steps, steps, loss: curve.blocks.at(-1) ?? loss, secondsLeft });
    if (trainer.steps % stage.sheetEverySteps === 0)
      await writeFile(join(folder, `${name}-${trainer.steps}.png`), await stage.sheet(trainer));
    if (performance.now() - keptAt > checkpointSeconds * 1000) {
      await keep();
      keptAt = performance.now();
    }
  }
  await keep();
  if (trainer.steps < steps) stopWhereAborted(signal);
}

/** Another run's weights would be trained on as if they were this one's, and the model's card would not say so. */
function requireSameRun(
  path: string,
  { seed, steps }: Stage,
  parameters: Parameters,
  { seed: itsSeed, steps: done, parameters: kept }: Checkpoint,
): void {
  const other = [
    ...(itsSeed === seed ? [] : ['another seed']),
    ...(done <= steps ? [] : [`${done} steps, which is more than ${steps}`]),
    ...(isDeepStrictEqual(shapesOf(kept), shapesOf(parameters)) ? [] : ['a network of another shape']),
  ];
  if (other.length === 0) return;
  raise(
    'invalid-option',
    `${path} is of a run with ${other.join(' and ')}. Name another folder with --run, or remove that file.`,
  );
}

function shapesOf(parameters: Parameters): ReadonlyMap<string, readonly number[]> {
  return new Map([...parameters].map(([name, { dims }]) => [name, dims]));
}

interface GrowingCurve extends LossCurve {
  add(loss: number): void;
}

function createCurve({ blocks, pending }: LossCurve = { blocks: [], pending: [] }): GrowingCurve {
  const means = [...blocks];
  const losses = [...pending];
  return {
    blocks: means,
    pending: losses,
    add(loss) {
      losses.push(loss);
      if (losses.length === lossBlockSteps) means.push(mean(losses.splice(0)));
    },
  };
}

function stepSeed(seed: number, step: number): number {
  return Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b);
}
