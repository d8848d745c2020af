import sharp from 'sharp';
import type { Drawing } from './drawing.ts';
import { renderPixels } from './render.ts';

const GAP = 2;

/** A PNG of drawings in rows of `columns`, each rendered at 64 × 64 and enlarged `zoom` times without smoothing. */
export async function drawingSheet(drawings: readonly Drawing[], columns = 8, zoom = 2): Promise<Buffer> {
  const tiles = await Promise.all(drawings.map((drawing) => renderPixels(drawing)));
  const step = (tiles[0]?.width ?? 64) * zoom + GAP;
  const composites = await Promise.all(
    tiles.map(async ({ width, height, rgb }, i) => ({
      input: await sharp(rgb, { raw: { width, height, channels: 3 } })
        .resize(width * zoom, height * zoom, { kernel: 'nearest' })
        .png()
        .toBuffer(),
      left: (i % columns) * step,
      top: Math.floor(i / columns) * step,
    })),
  );
  return sharp({
    create: {
      width: step * columns - GAP,
      height: step * Math.ceil(tiles.length / columns) - GAP,
      channels: 3,
      background: '#ffffff',
    },
  })
    .composite(composites)
    .png()
    .toBuffer();
}
