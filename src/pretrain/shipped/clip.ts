import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from '../../onnx/graph.ts';
import { type ClipConfig, imageEncoder, textEmbedding } from '../nets/clip.ts';
import type { Parameters } from '../nets/net.ts';
import type { TextEncoderConfig } from '../nets/text-encoder.ts';
import { clipConfig, tokenizerFiles, tokenizerJson } from '../sketchbook.ts';
import { writeGraphs, writeJsonFiles } from './files.ts';
import { shipped } from './graphs.ts';

/** The two graphs of the image–text encoder pair with the input and output names of CLIP's public exports. */

/** `input_ids`, padded with end tokens, to `text_embeds` of any length. */
export function clipTextGraph(config: ClipConfig, parameters: Parameters): Graph {
  return shipped('text_model', parameters, (net) => {
    const ids = net.builder.input('input_ids', 'int64', ['batch', config.text.maxTokens]);
    const dims = ['batch', config.embeddingWidth];
    return { value: textEmbedding(net, config, ids), name: 'text_embeds', dims };
  });
}

/** `pixel_values` in −1…1 to `image_embeds` of any length. */
export function clipVisionGraph(config: ClipConfig, parameters: Parameters): Graph {
  return shipped('vision_model', parameters, (net) => {
    const { pixels, embeddingWidth } = config;
    const image = net.builder.input('pixel_values', 'float32', ['batch', 3, pixels, pixels]);
    const dims = ['batch', embeddingWidth];
    return { value: imageEncoder(net, config, image), name: 'image_embeds', dims };
  });
}

/**
 * Writes a trained image–text encoder pair as a folder in the layout of CLIP's public ONNX exports.
 * @returns the SHA-256 of both model files, in hex, by their paths in the folder
 */
export async function exportClip(
  folder: string,
  parameters: Parameters,
  config: ClipConfig = clipConfig(),
): Promise<Readonly<Record<string, string>>> {
  const hashes = await writeGraphs(folder, {
    'text_model.onnx': clipTextGraph(config, parameters),
    'vision_model.onnx': clipVisionGraph(config, parameters),
  });
  const { vocab, merges } = tokenizerFiles();
  await writeJsonFiles(folder, {
    'config.json': configJson(config),
    'preprocessor_config.json': preprocessorJson(config.pixels),
    'tokenizer_config.json': tokenizerJson,
    'vocab.json': vocab,
  });
  await writeFile(join(folder, 'merges.txt'), merges);
  return hashes;
}

/** A text encoder's size as its public configuration says it. */
export function textConfigJson({ width, layers, heads, maxTokens, vocabularySize }: TextEncoderConfig) {
  return {
    model_type: 'clip_text_model',
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    max_position_embeddings: maxTokens,
    vocab_size: vocabularySize,
    hidden_act: 'quick_gelu',
  };
}

function configJson({ text, pixels, endToken, embeddingWidth }: ClipConfig) {
  return {
    model_type: 'clip',
    projection_dim: embeddingWidth,
    text_config: { ...textConfigJson(text), eos_token_id: endToken },
    vision_config: { image_size: pixels },
  };
}

/** Colours in −1…1. */
function preprocessorJson(pixels: number) {
  const half = [0.5, 0.5, 0.5];
  return {
    do_resize: true,
    size: { shortest_edge: pixels },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: pixels, width: pixels },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: half,
    image_std: half,
  };
}
