import { parseSchedulerConfig, type SchedulerConfig } from '../diffusion/schedulers/config.ts';
import { createTokenizer, type Tokenizer, type TokenizerFiles } from '../diffusion/tokenizer.ts';
import { worldVocabulary } from '../world/index.ts';
import { autoencoderConfig } from './nets/autoencoder.ts';
import type { ClipConfig } from './nets/clip.ts';
import type { TextEncoderConfig } from './nets/text-encoder.ts';
import type { UNetConfig } from './nets/unet.ts';
import { vocabularyOf } from './vocabulary.ts';

/** What the bundled model is made of: its sizes, its vocabulary and its noise schedule. */

const maxTokens = 40;
const textWidth = 128;

export const schedulerJson = {
  _class_name: 'DPMSolverMultistepScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  num_train_timesteps: 1000,
  prediction_type: 'v_prediction',
  timestep_spacing: 'trailing',
  steps_offset: 1,
  set_alpha_to_one: false,
};

export const tokenizerJson = {
  tokenizer_class: 'CLIPTokenizer',
  model_max_length: maxTokens,
  bos_token: '<|startoftext|>',
  eos_token: '<|endoftext|>',
  unk_token: '<|endoftext|>',
  pad_token: '<|endoftext|>',
};

export const unetConfig: UNetConfig = {
  latentChannels: autoencoderConfig.latentChannels,
  channels: [48, 96, 192],
  contextWidth: textWidth,
  headWidth: 24,
  crossAttention: [true, true, false],
  selfAttention: [false, true, true],
};

/** The files of the sketchbook world's tokenizer, made from the words of its captions. */
export function tokenizerFiles(): TokenizerFiles & { readonly vocab: Readonly<Record<string, number>> } {
  const { ids, merges } = vocabularyOf(worldVocabulary());
  return { vocab: ids, merges: ['#version: 0.2', ...merges, ''].join('\n'), config: tokenizerJson };
}

export function sketchbookTokenizer(): Tokenizer {
  return createTokenizer(tokenizerFiles());
}

export function textEncoderConfig(): TextEncoderConfig {
  return {
    vocabularySize: sketchbookTokenizer().vocabularySize,
    maxTokens,
    width: textWidth,
    layers: 3,
    heads: 4,
  };
}

/** The image–text encoder pair that the model is measured with; it shares no weights with the model. */
export function clipConfig(): ClipConfig {
  return {
    pixels: autoencoderConfig.pixels,
    channels: [24, 48, 128],
    heads: 4,
    queries: 4,
    text: { ...textEncoderConfig(), width: 128, layers: 3, heads: 4 },
    endToken: tokenizerFiles().vocab[tokenizerJson.eos_token] as number,
    embeddingWidth: 128,
  };
}

export function schedulerConfig(): SchedulerConfig {
  return parseSchedulerConfig(schedulerJson);
}
