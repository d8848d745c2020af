import { vocabularyFiles } from '../diffusion/tokenizer.ts';

/** The graphs of a published folder, each in a folder of its own as model.onnx. */
export const components = ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder', 'safety_checker'] as const;

/** Those that a model can be kept without. */
export const optionalComponents: ReadonlySet<string> = new Set(['vae_encoder', 'safety_checker']);

/** What else has to be there, and is taken; of the files that a vocabulary may be in, those that are there. */
export function requiredFiles(isThere: (file: string) => boolean): readonly string[] {
  const vocabulary = vocabularyFiles((file) => isThere(`tokenizer/${file}`));
  return [
    'model_index.json',
    'scheduler/scheduler_config.json',
    'tokenizer/tokenizer_config.json',
    ...vocabulary.map((file) => `tokenizer/${file}`),
  ];
}

export const optionalFiles = [
  'tokenizer/special_tokens_map.json',
  'feature_extractor/preprocessor_config.json',
] as const;

/** The configuration of components, which older exporters leave out. */
export const configFiles = components.map((component) => `${component}/config.json`);
