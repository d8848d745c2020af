import type { Model } from '../diffusion/model.ts';
import type { PixelImage } from '../pictures/image.ts';
import { type Veil, veiled } from '../pictures/veil.ts';

/** Pictures as they may leave the engine. */
export interface Guarded {
  readonly images: readonly PixelImage[];
  /** How many of them the model's safety checker flagged. */
  readonly flagged: number;
}

/** Has the model's safety checker look at pictures, and veils those that it flags. All pass where the model has none. */
export async function guarded(
  { safetyChecker }: Pick<Model, 'safetyChecker'>,
  images: readonly PixelImage[],
  veil: Veil = 'block',
): Promise<Guarded> {
  if (safetyChecker === undefined) return { images, flagged: 0 };
  const flags = await safetyChecker.flags(images);
  return {
    images: await Promise.all(images.map((image, i) => (flags[i] ? veiled(image, veil) : image))),
    flagged: flags.filter(Boolean).length,
  };
}
