import sharp from 'sharp';
import { pipeline, shownSize } from './encode.ts';
import type { PixelImage } from './image.ts';
import { lettering, letteringWidth, wrapped } from './lettering.ts';

/** Pictures in rows with a name each, and in groups of columns with a heading each. */
export interface LabelledSheet {
  /** One for each group. */
  readonly headings: readonly string[];
  /** For each row the pictures of each group, equally many in all. */
  readonly rows: readonly { readonly label: string; readonly groups: readonly (readonly PixelImage[])[] }[];
  /** The shorter side of a picture, at least; 128 pixels if not given. */
  readonly side?: number;
}

const gap = 8;
const groupGap = 24;
const letterSize = 9;
const lineHeight = 16;
const ink = '#1f2328';

/** The sheet as PNG. Throws where there is no picture. */
export async function labelledSheet({ headings, rows, side = 128 }: LabelledSheet): Promise<Uint8Array> {
  const first = rows[0]?.groups[0]?.[0];
  if (!first) throw new RangeError('a sheet needs a picture');
  const cell = shownSize(first, side);
  const columns = rows[0]?.groups[0]?.length ?? 0;
  const groupWidth = columns * (cell.width + gap) - gap;
  const lines = headings.map((heading) => wrapped(heading, letterSize, groupWidth));
  const left = 2 * gap + Math.ceil(Math.max(...rows.map(({ label }) => letteringWidth(label, letterSize))));
  const top = gap + lineHeight * Math.max(...lines.map(({ length }) => length)) + gap;
  const groupAt = (group: number) => left + gap + group * (groupWidth + groupGap);
  const rowAt = (row: number) => top + row * (cell.height + gap);
  const width = groupAt(headings.length) - groupGap + gap;
  const letters = [
    ...lines.flatMap((heading, group) =>
      heading.map((text, line) => lettered(text, groupAt(group), gap + lineHeight * line + letterSize)),
    ),
    ...rows.map(({ label }, row) => lettered(label, gap, rowAt(row) + (cell.height + letterSize) / 2)),
  ];
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${rowAt(rows.length)}">${letters.join('')}</svg>`;
  const placed = rows.flatMap(({ groups }, row) =>
    groups.flatMap((images, group) =>
      images.map(async (image, column) => ({
        left: groupAt(group) + column * (cell.width + gap),
        top: rowAt(row),
        input: await pipeline(image)
          .resize({ ...cell, fit: 'fill', kernel: 'cubic' })
          .png({ compressionLevel: 1 })
          .toBuffer(),
      })),
    ),
  );
  const sheet = sharp(Buffer.from(page)).flatten({ background: 'white' });
  return new Uint8Array(
    await sheet
      .composite(await Promise.all(placed))
      .png({ compressionLevel: 9 })
      .toBuffer(),
  );
}

function lettered(text: string, x: number, y: number): string {
  return lettering(text, { x, y, size: letterSize, colour: ink });
}
