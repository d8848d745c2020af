import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkJson, readJson } from '../../model-files.ts';
import { readModelFile } from '../../onnx/model-file.ts';
import type { Uniform } from '../../random.ts';
import type { Parameters } from '../nets/net.ts';
import { gaussian } from '../nets/random.ts';
import { tokenDeviation, tokenTable } from '../nets/text-encoder.ts';

const components = ['text_encoder', 'unet', 'vae_encoder', 'vae_decoder'].map((name) => `${name}/model.onnx`);
/** What a model may come without. */
const instruments = {
  clip: ['clip/text_model.onnx', 'clip/vision_model.onnx'],
  reader: ['reader/model.onnx'],
} as const;
const vocabularySchema = z.record(z.string(), z.int().nonnegative());

/** What to do where a file is missing or damaged. */
export const remedy = 'Pretrain from a folder that pretraining wrote.';

/** Ids of tokens, from 0 on without a gap. */
export type TokenIds = Readonly<Record<string, number>>;

/** Whether a model folder has what pictures are judged with. */
export function has(folder: string, what: keyof typeof instruments): boolean {
  return instruments[what].every((file) => existsSync(join(folder, file)));
}

/**
 * The weights in a model folder that `exportModel` wrote, by the names that they were trained under, for a model with
 * the vocabulary `ids`: a token that the shipped model knows keeps its embedding, wherever it now stands, and the
 * others are drawn with `random`. Raises 'invalid-model'.
 */
export async function readShippedWeights(
  folder: string,
  ids: TokenIds,
  random: Uniform,
): Promise<Parameters> {
  const parameters: Parameters = new Map();
  const present = Object.values(instruments)
    .flat()
    .filter((file) => existsSync(join(folder, file)));
  for (const file of [...components, ...present]) {
    const { graph } = await readModelFile(join(folder, file));
    for (const [name, initializer] of graph.initializers) {
      if (!('tensor' in initializer) || initializer.tensor.type !== 'float32') continue;
      const { dims, data } = initializer.tensor;
      parameters.set(name, { dims, data: Float32Array.from(data as Float32Array) });
    }
  }
  const tables = [...parameters].filter(([name]) => name.endsWith(tokenTable));
  if (tables.length === 0) return parameters;
  const file = 'tokenizer/vocab.json';
  const content = await readJson(folder, file, remedy);
  const known = checkJson(vocabularySchema, content, file);
  for (const [name, table] of tables) parameters.set(name, embeddingsFor(ids, known, table, random));
  return parameters;
}

type Table = NonNullable<ReturnType<Parameters['get']>>;

/** Token embeddings [tokens, width] for the vocabulary `ids`, from those of the vocabulary `known`. */
function embeddingsFor(ids: TokenIds, known: TokenIds, { dims, data }: Table, random: Uniform): Table {
  const [rows = 0, width = 0] = dims;
  const tokens = Object.entries(ids).toSorted(([, a], [, b]) => a - b);
  const embeddings = new Float32Array(tokens.length * width);
  for (const [token, id] of tokens) {
    const row = known[token] ?? rows;
    const embedding =
      row < rows
        ? data.subarray(row * width, (row + 1) * width)
        : Float32Array.from({ length: width }, () => gaussian(random) * tokenDeviation);
    embeddings.set(embedding, id * width);
  }
  return { dims: [tokens.length, width], data: embeddings };
}
