import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mean } from '../numbers.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Uniform } from '../random.ts';
import { seededRandom } from '../world/index.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Net, Parameters } from './nets/net.ts';
import { learningRateAt } from './schedule.ts';
import { createTrainer, type Trainer } from './trainer.ts';

const lossBlockSteps = 25;
const checkpointSeconds = 120;

/** One training run of the bundled model: the autoencoder, or the text encoder with the U-Net. */
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
  onProgress(progress: StageProgress): void;
}

/** The trainer, closed, as the last step left it, and the mean loss of each block of steps. */
export interface StageResult {
  readonly trainer: Trainer;
  readonly losses: readonly number[];
}

/**
 * Runs a stage to its last step, from its checkpoint where there is one. Every step draws from a generator seeded by
 * the stage's seed and the step's number, so that a resumed run sees what an uninterrupted one would have seen.
 */
export async function runStage(
  stage: Stage,
  { folder, initial, onProgress }: StageOptions,
): Promise<StageResult> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${stage.name}.safetensors`);
  const resumed = await readCheckpoint(path);
  const net = stage.net(seededRandom(stage.seed), resumed?.parameters ?? initial);
  const trainer = await createTrainer({
    graph: net.builder.build(),
    parts: stage.parts,
    parameters: net.parameters,
    averageDecay: stage.averageDecay,
    weightDecay: stage.weightDecay,
    ...(resumed === undefined ? {} : { resumed }),
  });
  const losses = [...(resumed?.curve.blocks ?? [])];
  const started = { at: performance.now(), step: trainer.steps };
  let block = [...(resumed?.curve.pending ?? [])];
  let keptAt = performance.now();

  const keep = async () => {
    await writeCheckpoint(path, trainer, { blocks: losses, pending: block });
    keptAt = performance.now();
  };
  while (trainer.steps < stage.steps) {
    const step = trainer.steps;
    const feeds = await stage.batch(seededRandom(stepSeed(stage.seed, step)));
    const loss = await trainer.step(feeds, learningRateAt(step, stage.steps, stage.learningRate));
    block.push(loss);
    if (block.length === lossBlockSteps) {
      losses.push(mean(block));
      block = [];
    }
    const perStep = (performance.now() - started.at) / (trainer.steps - started.step) / 1000;
    const secondsLeft = perStep * (stage.steps - trainer.steps);
    onProgress({
      stage: stage.name,
      step: trainer.steps,
      steps: stage.steps,
      loss: losses.at(-1) ?? loss,
      secondsLeft,
    });
    if (trainer.steps % stage.sheetEverySteps === 0) {
      await writeFile(join(folder, `${stage.name}-${trainer.steps}.png`), await stage.sheet(trainer));
    }
    if (performance.now() - keptAt > checkpointSeconds * 1000) await keep();
  }
  await keep();
  await trainer.close();
  return { trainer, losses };
}

function stepSeed(seed: number, step: number): number {
  return Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b);
}
