import { pipeline } from './encode.ts';
import type { PixelImage } from './image.ts';

/** The picture at another size, stretched where its sides change unequally. */
export async function resized(image: PixelImage, width: number, height: number): Promise<PixelImage> {
  const rgb = await pipeline(image).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return { width, height, rgb: new Uint8Array(rgb) };
}

/** The picture itself where it has that size, or else as {@link resized}. */
export async function fitted(
  image: PixelImage,
  { width, height }: Pick<PixelImage, 'width' | 'height'>,
): Promise<PixelImage> {
  return image.width === width && image.height === height ? image : resized(image, width, height);
}

/** The picture with left and right exchanged. */
export async function mirrored(image: PixelImage): Promise<PixelImage> {
  return { ...image, rgb: new Uint8Array(await pipeline(image).flop().raw().toBuffer()) };
}

/**
 * A picture of the given size over a plain grey, with `image` in it from `left` and `top` on; what does not fit is cut
 * off. Negative places show the part of the picture that starts there.
 */
export function framed(
  image: PixelImage,
  { width, height }: Pick<PixelImage, 'width' | 'height'>,
  left: number,
  top: number,
): PixelImage {
  const rgb = new Uint8Array(3 * width * height).fill(middleGrey);
  const [first, last] = [Math.max(0, left), Math.min(width, left + image.width)];
  for (let y = Math.max(0, top); y < Math.min(height, top + image.height); y++) {
    const from = 3 * ((y - top) * image.width + first - left);
    rgb.set(image.rgb.subarray(from, from + 3 * (last - first)), 3 * (y * width + first));
  }
  return { width, height, rgb };
}

/** Next to zero where colours run from −1 to 1. */
const middleGrey = 128;
