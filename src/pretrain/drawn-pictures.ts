import type { PixelImage } from '../pictures/image.ts';
import type { Uniform } from '../random.ts';
import type { Drawing } from '../world/index.ts';

/** What is drawn by the model is as soft as what its autoencoder leaves of a picture. */
const softenedShare = 0.5;

/** Drawings with their pictures, in one order. */
export interface DrawnPictures {
  readonly drawings: readonly Drawing[];
  readonly images: readonly PixelImage[];
  /** The same pictures as the autoencoder leaves them: half of the samples are taken from here. */
  readonly softened?: readonly PixelImage[];
}

/** A drawing and a picture of it. */
export interface DrawnSample {
  readonly drawing: Drawing;
  readonly image: PixelImage;
}

/** The drawing at a place of its list, with one of its pictures. */
export function sampleAt(
  { drawings, images, softened }: DrawnPictures,
  at: number,
  random: Uniform,
): DrawnSample {
  const shown = softened !== undefined && random() < softenedShare ? softened : images;
  return { drawing: drawings[at] as Drawing, image: shown[at] as PixelImage };
}
