import type { ModelFolder } from '../diffusion/model-folder.ts';

/** Text width of the smallest CLIP that OpenAI published, ViT-B/32. Stable Diffusion 1 has 768, 2 has 1024; the bundled model 128. */
const narrowestPublished = 512;

/** What a method starts from: with the bundled model, and what of that is another on Stable Diffusion. */
export interface Starts<Options> {
  readonly defaults: Options;
  readonly onStableDiffusion: Partial<Options>;
}

/** What tells a model's kind. */
export interface OfWidth {
  readonly folder: Pick<ModelFolder, 'textWidth'>;
}

/**
 * Whether a model has a published CLIP for its texts, and so is of Stable Diffusion's kind. The text width tells: no small model has a
 * text encoder so wide, and it is known from the folder alone. Rates go with it: CLIP's token embeddings have an RMS of about 0.0145,
 * and Stable Diffusion's key and value weights, which read its states, one of about 0.04; the bundled model's have 0.15.
 */
export function isPublished({ folder }: OfWidth): boolean {
  return folder.textWidth >= narrowestPublished;
}

/** A method's options for a model: what is chosen, else what it starts from there. */
export function optionsFor<Options>(
  base: OfWidth,
  { defaults, onStableDiffusion }: Starts<Options>,
  chosen: Partial<Options>,
): Options {
  return { ...defaults, ...(isPublished(base) ? onStableDiffusion : {}), ...chosen };
}
