import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '../runtime/session.ts';
import { autoencoderStage } from './autoencoder-stage.ts';
import { keptDrawings, renderDrawings, sampleDrawings } from './dataset.ts';
import { diffusionStage } from './diffusion-stage.ts';
import { exportModel } from './export.ts';
import { encodeDataset } from './latents.ts';
import { autoencoderConfig } from './nets/autoencoder.ts';
import type { Parameters } from './nets/net.ts';
import { sheetPrompts } from './sheet-prompts.ts';
import { decoderGraph, encoderGraph } from './shipped-graphs.ts';
import { readShippedWeights } from './shipped-weights.ts';
import { tokenizerFiles } from './sketchbook.ts';
import { runStage, type Stage, type StageProgress, type StageResult } from './stage.ts';
import { seededRandom } from './world/index.ts';

export interface PretrainOptions {
  readonly runtime: Runtime;
  /** Folder of checkpoints, sheets and loss curves. */
  readonly run: string;
  /** Folder of a trained model to go on from, instead of from nothing. */
  readonly from?: string;
  /** Folder that the trained model is written to. */
  readonly model: string;
  readonly drawings: number;
  readonly seed: number;
  /** Processor cores to train on; each takes a part of every batch. */
  readonly cores: number;
  readonly autoencoder: { readonly steps: number; readonly batch: number };
  readonly diffusion: { readonly steps: number; readonly batch: number };
  readonly command: string;
  readonly commit: string;
  /** Called often; `secondsLeft` only while training. */
  onProgress(
    progress: {
      readonly stage: string;
      readonly step: number;
      readonly steps: number;
    } & Partial<StageProgress>,
  ): void;
}

const heldOutPictures = 12;

/** Trains the bundled model from nothing, or from where an interrupted run with the same folder stopped. */
export async function pretrain(options: PretrainOptions): Promise<void> {
  const { runtime, run, seed, onProgress } = options;
  const initial =
    options.from === undefined
      ? undefined
      : await readShippedWeights(options.from, tokenizerFiles().vocab, seededRandom(seed + 4));
  const stageOptions = { folder: run, onProgress, ...(initial && { initial }) };
  const parts = options.cores;
  const drawings = sampleDrawings(seed, options.drawings);
  const counted = (stage: string) => (step: number) => onProgress({ stage, step, steps: drawings.length });
  const images = await keptDrawings(run, 'pictures', drawings, autoencoderConfig.pixels, counted('drawing'));
  const heldOut = await Array.fromAsync(
    renderDrawings(sampleDrawings(seed + 1, heldOutPictures), autoencoderConfig.pixels),
  );

  const first = autoencoderStage({
    ...options.autoencoder,
    parts,
    runtime,
    heldOut,
    config: autoencoderConfig,
    images,
    seed: seed + 2,
  });
  const autoencoder = await runStage(first, stageOptions);
  const encoder = await runtime.open(encoderGraph(autoencoderConfig, autoencoder.trainer.average));
  const decoder = await runtime.open(decoderGraph(autoencoderConfig, autoencoder.trainer.average));
  const { latents, scale } = await encodeDataset(encoder, autoencoderConfig, images, counted('encoding'));

  const data = { drawings, latents, scale };
  const second = diffusionStage({
    ...options.diffusion,
    parts,
    runtime,
    data,
    decoder,
    prompts: sheetPrompts,
    seed: seed + 3,
  });
  const denoiser = await runStage(second, stageOptions);
  await exportModel(options.model, {
    autoencoder: autoencoder.trainer.average,
    denoiser: denoiser.trainer.average,
    scalingFactor: scale,
    card: {
      command: options.command,
      commit: options.commit,
      drawings: drawings.length,
      ...(options.from !== undefined && {
        from: JSON.parse(await readFile(join(options.from, 'card.json'), 'utf8')),
      }),
      stages: [
        summary(first, options.autoencoder.batch, autoencoder),
        summary(second, options.diffusion.batch, denoiser),
      ],
    },
  });
}

function summary({ name, seed, steps }: Stage, batch: number, { trainer, losses }: StageResult) {
  const points = Array.from(
    { length: 10 },
    (_, index) => losses[Math.round((index / 9) * (losses.length - 1))] ?? 0,
  );
  return { name, seed, steps, batch, parameters: count(trainer.parameters), losses: points };
}

function count(parameters: Parameters): number {
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}
