import type { PixelImage } from './image.ts';
import { resized } from './resize.ts';

/** What can be done with a picture that should not be seen as it is. */
export const veils = ['block', 'blur', 'show'] as const;

export type Veil = (typeof veils)[number];

const plainGrey = 128;
/** So few pixels on the longer side tell colours and no shapes. */
const blurredSide = 6;

/** The picture in its size: plain grey ('block'), as a few spots of colour ('blur'), or as it is ('show'). */
export async function veiled(image: PixelImage, veil: Veil): Promise<PixelImage> {
  const { width, height, rgb } = image;
  if (veil === 'show') return image;
  if (veil === 'block') return { width, height, rgb: new Uint8Array(rgb.length).fill(plainGrey) };
  const scale = blurredSide / Math.max(width, height);
  const [few, fewer] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  return resized(await resized(image, few, fewer), width, height);
}
