import { z } from 'zod';
import { checkJson, readJson } from '../model-files.ts';
import { raise } from '../result.ts';
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
import type { DrawnPictures } from './drawn-pictures.ts';
import { autoencoderConfig } from './nets/autoencoder.ts';
import type { Parameters } from './nets/net.ts';
import { sheetPrompts } from './sheets/prompts.ts';
import { exportModel, type ModelCard } from './shipped/model.ts';
import { has, readShippedWeights, remedy } from './shipped/weights.ts';
import { tokenizerFiles } from './sketchbook.ts';
import type { Stage, StageProgress } from './stage.ts';
import { autoencoderStage } from './stages/autoencoder.ts';
import { clipStage } from './stages/clip.ts';
import { decoderStage } from './stages/decoder.ts';
import { diffusionStage } from './stages/diffusion.ts';
import { readerStage } from './stages/reader.ts';
import { createTrainingRun, type Given, type TrainingRunOptions } from './training-run.ts';

export interface PretrainOptions extends DataOptions, Omit<TrainingRunOptions, 'onProgress'> {
  /** Folder of a trained model to go on from, instead of from nothing: what has no steps stays as it is there. */
  readonly from?: string;
  /** Folder that the trained model is written to. */
  readonly model: string;
  readonly command: string;
  readonly commit: string | null;
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
 * stopped. Raises 'invalid-option' before anything is done where a part that every model has is neither trained nor taken from a model,
 * and where the folder has another run's checkpoint; 'cancelled' when the signal ends it.
 */
export async function pretrain(options: PretrainOptions): Promise<void> {
  requireParts(options);
  const shipped = await readShipped(options);
  const { train, summaries } = createTrainingRun(options);
  const { drawn, heldOut } = await drawnData(options);
  const shown = heldOut.images.slice(0, sheetPictures);
  const whole = await train('autoencoder', shipped.weights, async (given) =>
    autoencoderStage({ ...given, config: autoencoderConfig, images: drawn.images, heldOut: shown }),
  );
  const knownScale = options.steps.autoencoder > 0 ? undefined : shipped.latentScale;
  const latents = once(() => latentData(options, drawn, whole, knownScale));
  const decoder = await train('decoder', whole, async (given) =>
    decoderStage({ ...given, ...(await latents()), images: drawn.images }),
  );
  const autoencoder = new Map([...whole, ...decoder]);
  const softened = once(async () => softenedData(options, drawn, autoencoder, await latents()));
  const material = { drawn, heldOut, autoencoder, latents, softened };
  const denoiser = await train('diffusion', shipped.weights, (given) => denoiserOf(given, options, material));
  const clip = await train('clip', shipped.clip, (given) => clipOf(given, options, material));
  const reader = await train('reader', shipped.reader, (given) => readerOf(given, options, material));
  const scalingFactor = knownScale ?? (await latents()).scale;
  const card: ModelCard = {
    command: options.command,
    commit: options.commit,
    drawings: drawn.drawings.length,
    ...(shipped.card !== undefined && { from: shipped.card }),
    stages: summaries,
  };
  await exportModel(options.model, { autoencoder, denoiser, clip, reader, scalingFactor, card });
}

/** What stages learn from beside their own, made when the first of them asks for it. */
interface Material {
  readonly drawn: DrawnPictures;
  readonly heldOut: DrawnPictures;
  readonly autoencoder: Parameters;
  /** Of the drawn pictures. */
  latents(): ReturnType<typeof latentData>;
  softened(): ReturnType<typeof softenedData>;
}

async function denoiserOf(
  given: Given,
  options: DataOptions,
  { drawn, autoencoder, latents }: Material,
): Promise<Stage> {
  const weights = await weightData(options, drawn);
  const data = { ...(await latents()), weights, drawings: drawn.drawings };
  return diffusionStage({ ...given, data, autoencoder, prompts: sheetPrompts });
}

async function clipOf(
  given: Given,
  options: DataOptions,
  { heldOut, autoencoder, latents, softened }: Material,
): Promise<Stage> {
  const others = await unusualData(options);
  const encoded = await latentData(options, others, autoencoder, (await latents()).scale);
  const unusual = await softenedData(options, others, autoencoder, encoded);
  return clipStage({ ...given, ...(await softened()), unusual, heldOut: heldOut.images });
}

async function readerOf(given: Given, options: DataOptions, { heldOut, softened }: Material): Promise<Stage> {
  return readerStage({ ...given, ...(await softened()), further: await particularData(options), heldOut });
}

/** What no model comes without; the networks that judge it are missing where they have no steps. */
function requireParts({ from, steps }: PretrainOptions): void {
  const missing = (['autoencoder', 'diffusion'] as const).find((stage) => steps[stage] === 0);
  if (from !== undefined || missing === undefined) return;
  raise(
    'invalid-option',
    `The part ${missing} has no steps and is taken from no model. Give it some with --${missing}-steps, or a model with --from.`,
  );
}

/** What a run begins with. */
interface Shipped {
  readonly weights: Parameters;
  readonly clip?: Parameters | undefined;
  readonly reader?: Parameters | undefined;
  readonly latentScale?: number;
  readonly card?: unknown;
}

async function readShipped({ from, seed }: PretrainOptions): Promise<Shipped> {
  if (from === undefined) return { weights: new Map() };
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

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
