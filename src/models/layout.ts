/** The graphs of a published folder, each in a folder of its own as model.onnx. */
export const components = ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder', 'safety_checker'] as const;

/** Those that a model can be kept without. */
export const optionalComponents: ReadonlySet<string> = new Set(['vae_encoder', 'safety_checker']);

/** What else has to be there, and is taken. */
export const requiredFiles = [
  'model_index.json',
  'scheduler/scheduler_config.json',
  'tokenizer/merges.txt',
  'tokenizer/tokenizer_config.json',
  'tokenizer/vocab.json',
] as const;

export const optionalFiles = [
  'tokenizer/special_tokens_map.json',
  'feature_extractor/preprocessor_config.json',
] as const;

/** The configuration of components, which older exporters leave out. */
export const configFiles = components.map((component) => `${component}/config.json`);
