import sharp from 'sharp';
import type { PixelImage } from '../../pictures/image.ts';

const gap = 2;
const zoom = 2;

/** A PNG with the pictures in rows of `columns`, twice their size, every pixel kept sharp. */
export async function pictureSheet(images: readonly PixelImage[], columns: number): Promise<Uint8Array> {
  const [first] = images;
  if (first === undefined) throw new RangeError('A sheet needs at least one picture');
  const { width, height } = first;
  const rows = Math.ceil(images.length / columns);
  const sheet = {
    width: columns * (width + gap),
    height: rows * (height + gap),
    channels: 3 as const,
    background: '#ffffff',
  };
  const placed = images.map((image, index) => ({
    input: Buffer.from(image.rgb),
    raw: { width, height, channels: 3 as const },
    left: (index % columns) * (width + gap),
    top: Math.floor(index / columns) * (height + gap),
  }));
  const joined = await sharp({ create: sheet }).composite(placed).png().toBuffer();
  return sharp(joined)
    .resize(sheet.width * zoom, sheet.height * zoom, { kernel: 'nearest' })
    .png()
    .toBuffer();
}
