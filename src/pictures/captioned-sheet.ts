import sharp, { type OverlayOptions } from 'sharp';
import { pipeline, shownSide, shownSize } from './encode.ts';
import type { PixelImage } from './image.ts';
import { lettering, wrapped } from './lettering.ts';

/** A picture with what is to be read below it. */
export interface Captioned {
  readonly image: PixelImage;
  readonly caption: string;
}

/** A picture with its place on the sheet, and its caption in lines. */
interface Placed {
  readonly image: PixelImage;
  readonly lines: readonly string[];
  readonly left: number;
  readonly top: number;
}

type Size = ReturnType<typeof shownSize>;

const gap = 12;
const letterSize = 10;
const lineHeight = 19;
const ink = '#1f2328';

/**
 * Pictures of one size in rows of `columns`, each above its caption, as PNG; the shorter side of each is at least `side`
 * pixels. Throws where there is no picture.
 */
export async function captionedSheet(
  pictures: readonly Captioned[],
  columns: number,
  side = shownSide,
): Promise<Uint8Array> {
  const [first] = pictures;
  if (!first) throw new RangeError('a sheet needs a picture');
  const cell = shownSize(first.image, side);
  const { placed, height } = layOut(pictures, columns, cell);
  const width = gap + Math.min(columns, pictures.length) * (cell.width + gap);
  const letters = placed.flatMap((one) => captionOf(one, cell));
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${letters.join('')}</svg>`;
  const enlarged = await Promise.all(placed.map((one) => enlargedTo(cell, one)));
  const sheet = sharp(Buffer.from(page)).flatten({ background: 'white' }).composite(enlarged);
  return new Uint8Array(await sheet.removeAlpha().png({ compressionLevel: 9 }).toBuffer());
}

/** Rows are as high as their longest caption needs. */
function layOut(
  pictures: readonly Captioned[],
  columns: number,
  cell: Size,
): { readonly placed: readonly Placed[]; readonly height: number } {
  const placed: Placed[] = [];
  let top = gap;
  for (let first = 0; first < pictures.length; first += columns) {
    const row = pictures.slice(first, first + columns).map(({ image, caption }, column) => ({
      image,
      lines: wrapped(caption, letterSize, cell.width - gap),
      left: gap + column * (cell.width + gap),
      top,
    }));
    placed.push(...row);
    top += cell.height + (1 + Math.max(...row.map(({ lines }) => lines.length))) * lineHeight;
  }
  return { placed, height: top };
}

function captionOf({ lines, left, top }: Placed, { height }: Size): readonly string[] {
  return lines.map((text, line) =>
    lettering(text, { x: left, y: top + height + (line + 1) * lineHeight, size: letterSize, colour: ink }),
  );
}

async function enlargedTo(cell: Size, { image, left, top }: Placed): Promise<OverlayOptions> {
  const enlarged = pipeline(image).resize({ ...cell, fit: 'fill', kernel: 'cubic' });
  return { left, top, input: await enlarged.png({ compressionLevel: 1 }).toBuffer() };
}
