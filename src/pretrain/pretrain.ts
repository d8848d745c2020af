import { z } from 'zod';
import { checkJson, readJson } from '../model-files.ts';
import { raise } from '../result.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { seededRandom } from '../world/index.ts';
import {
  type DataOptions,
  drawnData,
  latentData,
  particularData,
  softenedData,
  unusualData,
  weightData,
} from './data.ts';
import { autoencoderConfig } from './nets/autoencoder.ts';
import type { Parameters } from './nets/net.ts';
import { sheetPrompts } from './sheets/prompts.ts';
import { decoderGraph } from './shipped/graphs.ts';
import { exportModel, type ModelCard, type StageSummary } from './shipped/model.ts';
import { has, readShippedWeights, remedy } from './shipped/weights.ts';
import { tokenizerFiles } from './sketchbook.ts';
import { runStage, type Stage, type StageProgress, type StageResult } from './stage.ts';
import { autoencoderStage } from './stages/autoencoder.ts';
import { clipStage } from './stages/clip.ts';
import { decoderStage } from './stages/decoder.ts';
import { diffusionStage } from './stages/diffusion.ts';
import { readerStage } from './stages/reader.ts';

/** Pictures of a step, by stage, in the order in which stages are trained. */
const batches = { autoencoder: 8, decoder: 8, diffusion: 32, clip: 128, reader: 32 } as const;

export type StageName = keyof typeof batches;
export const stageNames = Object.keys(batches) as readonly StageName[];

export interface PretrainOptions extends DataOptions {
  /** Folder of a trained model to go on from, instead of from nothing. */
  readonly from?: string;
  /** Folder that the trained model is written to. */
  readonly model: string;
  /** Steps of each stage; what has none stays as it is in `from`. */
  readonly steps: Readonly<Record<StageName, number>>;
  /** Processor cores to train on; each takes a part of every batch. */
  readonly cores: number;
  readonly command: string;
  readonly commit: string;
  /** Called often; `loss` and `secondsLeft` only while training. */
  onProgress(
    progress: {
      readonly stage: string;
      readonly step: number;
      readonly steps: number;
    } & Partial<StageProgress>,
  ): void;
}

const sheetPictures = 12;

/**
 * Trains the bundled model from nothing, from a shipped one, or from where an interrupted run with the same folder
 * stopped. Raises 'invalid-option' where a stage without steps has nothing to be taken from.
 */
export async function pretrain(options: PretrainOptions): Promise<void> {
  const { runtime, steps } = options;
  const shipped = await readShipped(options);
  const { train, summaries } = createRun(options);
  const { drawn, heldOut } = await drawnData(options);

  const whole = await train(
    'autoencoder',
    async (given) => {
      const shown = heldOut.images.slice(0, sheetPictures);
      return autoencoderStage({ ...given, config: autoencoderConfig, images: drawn.images, heldOut: shown });
    },
    shipped?.weights,
  );
  if (whole === undefined) return refuse('autoencoder');
  const knownScale = steps.autoencoder > 0 ? undefined : shipped?.latentScale;
  const latents = once(() => latentData(options, drawn, whole, knownScale));
  const decode = async (given: Given) =>
    decoderStage({ ...given, ...(await latents()), images: drawn.images });
  const autoencoder = new Map([...whole, ...((await train('decoder', decode, whole)) ?? [])]);

  const denoiser = await train(
    'diffusion',
    async (given) => {
      const decoder = await runtime.open(decoderGraph(autoencoderConfig, autoencoder));
      const weights = await weightData(options, drawn);
      const data = { ...(await latents()), weights, drawings: drawn.drawings };
      return diffusionStage({ ...given, data, decoder, prompts: sheetPrompts });
    },
    shipped?.weights,
  );
  if (denoiser === undefined) return refuse('diffusion');

  const softened = once(async () => softenedData(options, drawn, autoencoder, await latents()));
  const clip = await train(
    'clip',
    async (given) => {
      const others = await unusualData(options);
      const encoded = await latentData(options, others, whole, knownScale ?? (await latents()).scale);
      const unusual = await softenedData(options, others, autoencoder, encoded);
      return clipStage({ ...given, ...(await softened()), unusual, heldOut: heldOut.images });
    },
    shipped?.clip,
  );
  const reader = await train(
    'reader',
    async (given) =>
      readerStage({ ...given, ...(await softened()), further: await particularData(options), heldOut }),
    shipped?.reader,
  );

  const card: ModelCard = {
    command: options.command,
    commit: options.commit,
    drawings: drawn.drawings.length,
    ...(shipped && { from: shipped.card }),
    stages: summaries,
  };
  await exportModel(options.model, {
    autoencoder,
    denoiser,
    clip,
    reader,
    scalingFactor: knownScale ?? (await latents()).scale,
    card,
  });
}

/** What every stage is made with. */
interface Given {
  readonly runtime: Runtime;
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
}

function createRun({ run, onProgress, ...options }: PretrainOptions) {
  const summaries: StageSummary[] = [];

  /** The stage's weights: trained from `initial`, or without steps `initial` itself. */
  async function train(
    name: StageName,
    make: (given: Given) => Promise<Stage>,
    initial: Parameters | undefined,
  ): Promise<Parameters | undefined> {
    const steps = options.steps[name];
    if (steps === 0) return initial;
    const seed = options.seed + 2 + stageNames.indexOf(name);
    const batch = batches[name];
    const stage = await make({ runtime: options.runtime, steps, batch, parts: options.cores, seed });
    const result = await runStage(stage, { folder: run, onProgress, ...(initial && { initial }) });
    summaries.push(summaryOf(stage, batch, result));
    return result.trainer.average;
  }

  return { train, summaries };
}

function summaryOf(
  { name, seed, steps }: Stage,
  batch: number,
  { trainer, losses }: StageResult,
): StageSummary {
  const points = Array.from(
    { length: 10 },
    (_, index) => losses[Math.round((index / 9) * (losses.length - 1))] ?? 0,
  );
  return { name, seed, steps, batch, parameters: count(trainer.parameters), losses: points };
}

function count(parameters: Parameters): number {
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}

async function readShipped({ from, seed }: PretrainOptions) {
  if (from === undefined) return undefined;
  const file = 'vae_encoder/config.json';
  const config = checkJson(
    z.object({ scaling_factor: z.number().positive() }),
    await readJson(from, file, remedy),
    file,
  );
  const weights = await readShippedWeights(from, tokenizerFiles().vocab, seededRandom(seed + 4));
  return {
    weights,
    clip: has(from, 'clip') ? weights : undefined,
    reader: has(from, 'reader') ? weights : undefined,
    latentScale: config.scaling_factor,
    card: await readJson(from, 'card.json', remedy),
  };
}

function refuse(stage: StageName): never {
  return raise(
    'invalid-option',
    `The ${stage} has no steps and is taken from no model. Give it steps, or a model with --from.`,
  );
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
