import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../files.ts';
import { checkJson, isPresent, locateFile, readJson, readOptionalJson } from '../model-files.ts';
import { raise } from '../result.ts';
import type { SamplerName, SchedulerConfig } from './schedulers/config.ts';
import { inPipeline, parseSchedulerConfig, samplerOf } from './schedulers/config.ts';
import type { Tokenizer } from './tokenizer.ts';
import { readTokenizer, vocabularyFiles } from './tokenizer.ts';

/** A diffusers-style folder of a Stable Diffusion model in ONNX, checked and measured; no graph is read yet. */
export interface ModelFolder {
  readonly path: string;
  /** SHA-256, in hex, over everything that what is taught on the model depends on. */
  readonly id: string;
  /** The model.onnx of each component. */
  readonly graphs: {
    readonly textEncoder: string;
    readonly unet: string;
    readonly vaeDecoder: string;
    /** Missing in some exports; without it nothing can be taught. */
    readonly vaeEncoder?: string;
    /** Looks at pictures before anybody sees them, where the export has it. */
    readonly safetyChecker?: string;
  };
  readonly tokenizer: Tokenizer;
  /** Width d of the text states and of a token's embedding. */
  readonly textWidth: number;
  /** The latents of one picture, [channels, height, width]. */
  readonly latents: { readonly channels: number; readonly height: number; readonly width: number };
  /** The model's own picture size. */
  readonly pixels: { readonly width: number; readonly height: number };
  /** The U-Net's latents are (the autoencoder's − `latentShift`) · `latentScale`. */
  readonly latentScale: number;
  readonly latentShift: number;
  readonly scheduler: SchedulerConfig;
  /** The sampler that the model was published with, or the nearest to it. */
  readonly sampler: SamplerName;
  /** How the model draws best where nobody says, if it was kept with that. */
  readonly drawing?: { readonly steps: number; readonly guidanceScale: number };
}

/**
 * The shape of the latents of one picture, [channels, height, width].
 * @param size of the picture in pixels; the model's own by default
 */
export function latentSize(
  { latents, pixels }: ModelFolder,
  size = pixels,
): readonly [number, number, number] {
  const factor = pixels.width / latents.width;
  return [latents.channels, size.height / factor, size.width / factor];
}

/** What to do where a file of a model folder is missing or wrong. */
export const remedy = 'Export the model anew, or copy the file from the folder that it was exported from.';

const whichModel =
  'Give the folder of a diffusers model in ONNX, or the name of one that npm run model -- list shows.';

/** Reads a model folder. Raises 'invalid-model', naming the file, the value where one is wrong, and what to do. */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const path = resolve(folder);
  const index = checkJson(
    indexSchema,
    await readJson(path, 'model_index.json', whichModel),
    'model_index.json',
  );
  const text = await readConfig(path, 'text_encoder', textEncoderSchema);
  const unet = await readConfig(path, 'unet', unetSchema);
  const vae = await readConfig(path, 'vae_decoder', vaeSchema);
  const given = parseSchedulerConfig(await readJson(path, 'scheduler/scheduler_config.json', remedy));
  const scheduler = inPipeline(index._class_name, given);
  const tokenizer = await readTokenizer(join(path, 'tokenizer'));
  requireMatch(text, unet, vae, tokenizer);

  const graph = (component: string): Promise<string> => locateFile(path, `${component}/model.onnx`, remedy);
  const record = await readOptionalJson(path, recordFile, 'Remove the model and add it again.');
  const kept = record === undefined ? undefined : checkJson(recordSchema, record, recordFile);
  const canEncode = await isPresent(path, 'vae_encoder/model.onnx');
  const canCheck = await isPresent(path, 'safety_checker/model.onnx');
  const [height, width] = unet.sample_size;
  const factor = 2 ** (vae.block_out_channels.length - 1);
  return {
    path,
    graphs: {
      textEncoder: await graph('text_encoder'),
      unet: await graph('unet'),
      vaeDecoder: await graph('vae_decoder'),
      ...(canEncode && { vaeEncoder: await graph('vae_encoder') }),
      ...(canCheck && { safetyChecker: await graph('safety_checker') }),
    },
    id: await identify(path),
    tokenizer,
    textWidth: text.hidden_size,
    latents: { channels: unet.in_channels, height, width },
    pixels: { width: width * factor, height: height * factor },
    latentScale: vae.scaling_factor,
    latentShift: vae.shift_factor,
    scheduler,
    sampler: samplerOf(scheduler),
    ...(kept?.drawing && { drawing: kept.drawing }),
  };
}

/** What is written into the folder of a model that is kept; see `src/models/kept.ts`. */
export const recordFile = 'keepsake.json';

export const drawingSchema = z.object({
  steps: z.int().min(1).max(1000),
  guidanceScale: z.number().min(0).max(100),
});

const recordSchema = z.object({ drawing: drawingSchema.optional() });

const width = z.int().min(1).max(16_384);
const channels = z.int().min(1).max(64);
const side = z.int().min(1).max(512);
/** An option that would give the graph inputs or a meaning that Stable Diffusion's do not have. */
const absent = z.null().optional();

const indexSchema = z.object({
  _class_name: z
    .string()
    .regex(/StableDiffusion|LatentConsistencyModel/, 'expected a Stable Diffusion pipeline'),
  text_encoder_2: z.union([z.null(), z.tuple([z.null(), z.null()])]).optional(),
});

const textEncoderSchema = z.object({
  hidden_size: width,
  max_position_embeddings: z.int().min(3).max(4096),
  vocab_size: z
    .int()
    .min(2)
    .max(2 ** 20),
});

const unetSchema = z.object({
  sample_size: z.union([side.transform((size): [number, number] => [size, size]), z.tuple([side, side])]),
  in_channels: channels,
  out_channels: channels,
  cross_attention_dim: width,
  addition_embed_type: absent,
  class_embed_type: absent,
  encoder_hid_dim_type: absent,
  num_class_embeds: absent,
  time_cond_proj_dim: absent,
});

/** Of Stable Diffusion 1 and 2, whose older configurations do not say it; AutoencoderKL's default in diffusers. */
export const usualLatentScale = 0.18215;

const vaeSchema = z.object({
  latent_channels: channels,
  block_out_channels: z.array(width).min(1).max(6),
  scaling_factor: z.number().min(1e-4).max(1e4).default(usualLatentScale),
  shift_factor: z
    .number()
    .min(-1e4)
    .max(1e4)
    .nullish()
    .transform((shift) => shift ?? 0),
  latents_mean: absent,
  latents_std: absent,
});

async function readConfig<T>(folder: string, component: string, schema: z.ZodType<T>): Promise<T> {
  const file = `${component}/config.json`;
  return checkJson(schema, await readJson(folder, file, remedy), file);
}

function requireMatch(
  text: z.output<typeof textEncoderSchema>,
  unet: z.output<typeof unetSchema>,
  vae: z.output<typeof vaeSchema>,
  tokenizer: Tokenizer,
): void {
  const pairs: readonly [string, number, string, number][] = [
    ['unet/config.json in_channels', unet.in_channels, 'out_channels', unet.out_channels],
    [
      'unet/config.json in_channels',
      unet.in_channels,
      'vae_decoder/config.json latent_channels',
      vae.latent_channels,
    ],
    [
      'unet/config.json cross_attention_dim',
      unet.cross_attention_dim,
      'text_encoder/config.json hidden_size',
      text.hidden_size,
    ],
    [
      'text_encoder/config.json vocab_size',
      text.vocab_size,
      "the tokenizer's vocabulary",
      tokenizer.vocabularySize,
    ],
    [
      'text_encoder/config.json max_position_embeddings',
      text.max_position_embeddings,
      "the tokenizer's model_max_length",
      tokenizer.maxTokens,
    ],
  ];
  for (const [one, a, other, b] of pairs) {
    if (a !== b) {
      raise(
        'invalid-model',
        `The parts of the model do not fit together: ${one} is ${a}, but ${other} is ${b}. Take all parts from one plain text-to-picture model.`,
      );
    }
  }
}

/** The components that what is taught depends on, and the files in them that carry weights or decide ids. */
const identity: Readonly<Record<string, (file: string, all: readonly string[]) => boolean>> = {
  text_encoder: isWeights,
  tokenizer: (file, all) => vocabularyFiles((each) => all.includes(each)).includes(file),
  unet: isWeights,
  vae_decoder: isWeights,
};

const mostFiles = 10_000;

function isWeights(file: string): boolean {
  return (
    !['.json', '.md', '.txt'].includes(extname(file)) && !file.split('/').some((part) => part.startsWith('.'))
  );
}

async function identify(folder: string): Promise<string> {
  const id = createHash('sha256');
  for (const [component, counts] of Object.entries(identity)) {
    const entries = await readdir(join(folder, component), { recursive: true, withFileTypes: true });
    if (entries.length > mostFiles)
      raise('invalid-model', `${component} of the model has more than ${mostFiles} files. ${remedy}`);
    const files = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(join(folder, component).length + 1)
          .split(sep)
          .join('/'),
      )
      .sort();
    for (const file of files.filter((each) => counts(each, files))) {
      const sha256 = await hashFile(await locateFile(folder, `${component}/${file}`, remedy));
      id.update(`${component}/${file} ${sha256}\n`);
    }
  }
  return id.digest('hex');
}
