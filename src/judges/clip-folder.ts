import { z } from 'zod';
import { type Preprocessing, preprocessingSchema } from '../diffusion/preprocessing.ts';
import { readTokenizer, type Tokenizer } from '../diffusion/tokenizer.ts';
import { checkJson, isPresent, locateFile, readJson } from '../model-files.ts';
import { raise } from '../result.ts';
import type { Halves } from './clip-halves.ts';

/** A folder in the layout of CLIP's public ONNX exports, checked; no graph is read yet. */
export interface ClipFolder {
  readonly tokenizer: Tokenizer;
  readonly preprocessing: Preprocessing;
  /** Paths of the graphs. */
  readonly graphs: Halves<string>;
}

const remedy = 'Give the folder of a CLIP model in ONNX, with all files that it was exported with.';
const halves = ['text_model.onnx', 'vision_model.onnx'] as const;
const whole = 'model.onnx';
/** Where graphs may be: beside the other files, or, as transformers.js has it, in a folder of their own. */
const places = ['', 'onnx/'];

const size = z.int().min(1).max(4096).optional();
const configSchema = z.object({
  model_type: z.literal('clip', 'expected clip'),
  text_config: z.object({ max_position_embeddings: size }).default({}),
  vision_config: z.object({ image_size: size }).default({}),
});

/** Reads a CLIP folder. Raises 'invalid-model', naming the file, the value where one is wrong, and what to do. */
export async function readClipFolder(folder: string): Promise<ClipFolder> {
  const config = checkJson(configSchema, await readJson(folder, 'config.json', remedy), 'config.json');
  const preprocessing = await readPreprocessing(folder);
  const tokenizer = await readTokenizer(folder);
  requireMatch(
    ['config.json image_size', config.vision_config.image_size],
    ['preprocessor_config.json', preprocessing.crop.width],
  );
  requireMatch(
    ['config.json max_position_embeddings', config.text_config.max_position_embeddings],
    ["the tokenizer's model_max_length", tokenizer.maxTokens],
  );
  return { tokenizer, preprocessing, graphs: await findGraphs(folder) };
}

async function readPreprocessing(folder: string): Promise<Preprocessing> {
  const file = 'preprocessor_config.json';
  return checkJson(preprocessingSchema, await readJson(folder, file, remedy), file);
}

type Named = readonly [name: string, value: number | undefined];

function requireMatch([one, a]: Named, [other, b]: Named): void {
  if (a === undefined || a === b) return;
  raise(
    'invalid-model',
    `The files of the model do not fit together: ${one} is ${a}, but ${other} has ${b}. Take all files from one export.`,
  );
}

async function findGraphs(folder: string): Promise<Halves<string>> {
  const locate = (file: string) => locateFile(folder, file, remedy);
  const has = (file: string) => isPresent(folder, file);
  const [text, vision] = halves;
  for (const place of places) {
    if ((await has(place + text)) && (await has(place + vision)))
      return { text: await locate(place + text), vision: await locate(place + vision) };
  }
  for (const place of places) {
    if (await has(place + whole)) {
      const path = await locate(place + whole);
      return { text: path, vision: path };
    }
  }
  return raise(
    'invalid-model',
    `The model has neither ${text} and ${vision} nor ${whole}, in its folder or in onnx/. ${remedy}`,
  );
}
