import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { autoencoderConfig } from '../nets/autoencoder.ts';
import type { Parameters } from '../nets/net.ts';
import {
  schedulerJson,
  textEncoderConfig,
  tokenizerFiles,
  tokenizerJson,
  unetConfig,
} from '../sketchbook.ts';
import { exportClip, textConfigJson } from './clip.ts';
import { writeGraphs, writeJsonFiles } from './files.ts';
import { decoderGraph, encoderGraph, textEncoderGraph, unetGraph } from './graphs.ts';
import { exportReader } from './reader.ts';

/** How the shipped weights came to be: enough to make them again and to check that they are these. */
export interface ModelCard {
  readonly command: string;
  /** Of the code; null where that was no clone. */
  readonly commit: string | null;
  readonly drawings: number;
  /** Card of the model that this one went on from, where it did not start from nothing. */
  readonly from?: unknown;
  /** Those that this run trained, in order. */
  readonly stages: readonly StageSummary[];
}

export interface StageSummary {
  readonly name: string;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly parameters: number;
  /** Mean training loss at ten evenly spaced points, first to last. */
  readonly losses: readonly number[];
}

export interface TrainedModel {
  readonly autoencoder: Parameters;
  readonly denoiser: Parameters;
  /** The networks that pictures are judged with; a model may come without. */
  readonly clip?: Parameters | undefined;
  readonly reader?: Parameters | undefined;
  /** What the encoder's mean latents are multiplied with before noise is added. */
  readonly scalingFactor: number;
  readonly card: ModelCard;
}

/** Writes the bundled model as a diffusers-style ONNX folder with a model card. */
export async function exportModel(folder: string, model: TrainedModel): Promise<void> {
  const side = autoencoderConfig.pixels / 4;
  const text = textEncoderConfig();
  const graphs = {
    text_encoder: textEncoderGraph(text, model.denoiser),
    unet: unetGraph(unetConfig, side, model.denoiser),
    vae_encoder: encoderGraph(autoencoderConfig, model.autoencoder),
    vae_decoder: decoderGraph(autoencoderConfig, model.autoencoder),
  };
  const own = Object.entries(graphs).map(([component, graph]) => [`${component}/model.onnx`, graph] as const);
  const hashes = {
    ...(await writeGraphs(folder, Object.fromEntries(own))),
    ...(model.clip && within('clip', await exportClip(join(folder, 'clip'), model.clip))),
    ...(model.reader && within('reader', await exportReader(join(folder, 'reader'), model.reader))),
  };
  const vae = {
    in_channels: 3,
    out_channels: 3,
    latent_channels: autoencoderConfig.latentChannels,
    sample_size: autoencoderConfig.pixels,
    block_out_channels: [...autoencoderConfig.decoderChannels, autoencoderConfig.decoderChannels[1]],
    scaling_factor: model.scalingFactor,
  };
  const { vocab, merges } = tokenizerFiles();
  await writeJsonFiles(folder, {
    'model_index.json': modelIndex,
    'scheduler/scheduler_config.json': schedulerJson,
    'text_encoder/config.json': textConfigJson(text),
    'unet/config.json': {
      sample_size: side,
      in_channels: unetConfig.latentChannels,
      out_channels: unetConfig.latentChannels,
      block_out_channels: unetConfig.channels,
      cross_attention_dim: unetConfig.contextWidth,
    },
    'vae_encoder/config.json': vae,
    'vae_decoder/config.json': vae,
    'tokenizer/vocab.json': vocab,
    'tokenizer/tokenizer_config.json': tokenizerJson,
    'card.json': { ...model.card, sha256: hashes },
  });
  await writeFile(join(folder, 'tokenizer/merges.txt'), merges);
}

function within(folder: string, hashes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(hashes).map(([file, hash]) => [`${folder}/${file}`, hash]));
}

const modelIndex = {
  _class_name: 'OnnxStableDiffusionPipeline',
  scheduler: ['diffusers', schedulerJson._class_name],
  text_encoder: ['diffusers', 'OnnxRuntimeModel'],
  tokenizer: ['transformers', 'CLIPTokenizer'],
  unet: ['diffusers', 'OnnxRuntimeModel'],
  vae_decoder: ['diffusers', 'OnnxRuntimeModel'],
  vae_encoder: ['diffusers', 'OnnxRuntimeModel'],
};
