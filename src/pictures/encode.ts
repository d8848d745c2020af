import sharp, { type Sharp } from 'sharp';
import type { PixelImage } from './image.ts';

/** The shorter side, in pixels, of a picture shown to people. */
export const shownSide = 256;

/** The pixels as they are, as PNG without metadata. */
export async function encodePng(image: PixelImage): Promise<Uint8Array> {
  return new Uint8Array(await pipeline(image).png().toBuffer());
}

/**
 * A PNG for people to look at: enlarged by the smallest whole factor that makes the shorter side at least
 * `side` pixels, smoothly, because a small model's drawings are soft at their edges.
 */
export async function encodeShown(image: PixelImage, side = shownSide): Promise<Uint8Array> {
  return new Uint8Array(await shown(image, side).png().toBuffer());
}

/**
 * A JPEG of a few kilobytes, its shorter side `side` pixels: what a progress message carries.
 * At the default size even noise stays under 30 kB.
 */
export async function encodePreview(image: PixelImage, side = 128): Promise<Uint8Array> {
  return new Uint8Array(
    await pipeline(image)
      .resize({ width: side, height: side, fit: 'outside', kernel: 'cubic' })
      .jpeg({ quality: 75, mozjpeg: true })
      .toBuffer(),
  );
}

/** A PNG of our own as WebP, a quarter of its size or less: for a page that many pictures are on. */
export async function asWebp(png: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(png).webp({ quality: 82, smartSubsample: true, effort: 6 }).toBuffer());
}

/** A picture's size when it is shown to people. */
export function shownSize(
  { width, height }: Pick<PixelImage, 'width' | 'height'>,
  side = shownSide,
): { width: number; height: number } {
  const factor = Math.max(1, Math.ceil(side / Math.min(width, height)));
  return { width: width * factor, height: height * factor };
}

function shown(image: PixelImage, side: number): Sharp {
  const { width, height } = shownSize(image, side);
  return pipeline(image).resize(width, height, { fit: 'fill', kernel: 'cubic' });
}

/** A picture's pixels as a sharp pipeline. Throws where they do not fill its size. */
export function pipeline({ width, height, rgb }: PixelImage): Sharp {
  if (rgb.length !== width * height * 3) {
    throw new RangeError(`${rgb.length} bytes do not fill ${width} × ${height} pixels`);
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}
