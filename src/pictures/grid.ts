import sharp, { type OverlayOptions } from 'sharp';
import { pipeline, shownSide, shownSize } from './encode.ts';
import type { PixelImage } from './image.ts';
import { lettering } from './lettering.ts';

const gap = 8;
const background = '#f4f4f2';
const ink = '#1f2328';

const mostLabelled = 4;

interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly cell: { readonly width: number; readonly height: number };
}

/** One to four pictures side by side as one PNG, numbered from 1, at the size in which people see them. */
export async function labelledGrid(images: readonly PixelImage[]): Promise<Uint8Array> {
  if (images.length > mostLabelled) throw new RangeError(`no labels for ${images.length} pictures`);
  const layout = layOut(images, images.length === 4 ? 2 : images.length, shownSide);
  const labels = images.map((_, index) => ({ ...cellAt(layout, index), input: label(index) }));
  return compose(layout, [...(await cells(images, layout)), ...labels]);
}

/** Pictures in rows of `columns` as one PNG, the shorter side of each at least `side` pixels. */
export async function contactSheet(
  images: readonly PixelImage[],
  columns: number,
  side = 128,
): Promise<Uint8Array> {
  const layout = layOut(images, Math.min(columns, images.length), side);
  return compose(layout, await cells(images, layout));
}

function layOut(images: readonly PixelImage[], columns: number, side: number): Layout {
  const [first] = images;
  if (!first) throw new RangeError('a grid needs a picture');
  return { columns, rows: Math.ceil(images.length / columns), cell: shownSize(first, side) };
}

function cellAt({ columns, cell }: Layout, index: number): { left: number; top: number } {
  const column = index % columns;
  const row = Math.floor(index / columns);
  return { left: gap + column * (cell.width + gap), top: gap + row * (cell.height + gap) };
}

function cells(images: readonly PixelImage[], layout: Layout): Promise<OverlayOptions[]> {
  return Promise.all(
    images.map(async (image, index) => ({
      ...cellAt(layout, index),
      input: await pipeline(image)
        .resize({ ...layout.cell, fit: 'contain', background, kernel: 'cubic' })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    })),
  );
}

async function compose({ columns, rows, cell }: Layout, overlays: OverlayOptions[]): Promise<Uint8Array> {
  const width = gap + columns * (cell.width + gap);
  const height = gap + rows * (cell.height + gap);
  const sheet = sharp({ create: { width, height, channels: 3, background } });
  return new Uint8Array(await sheet.composite(overlays).removeAlpha().png().toBuffer());
}

function label(index: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">
      <rect x="4" y="4" width="26" height="26" rx="6" fill="white" fill-opacity="0.85"/>
      ${lettering(`${index + 1}`, { x: 17, y: 24.2, size: 14.4, colour: ink, anchor: 'middle', weight: 0.95 })}
    </svg>`,
  );
}
