import sharp from 'sharp';
import type { Drawing } from './drawing.ts';
import { renderPixels } from './render.ts';

const gap = 2;

/** A PNG of drawings in rows of `columns`, each rendered at 64 × 64 and enlarged `zoom` times without smoothing. */
export async function drawingSheet(drawings: readonly Drawing[], columns = 8, zoom = 2): Promise<Buffer> {
  const tiles = await Promise.all(drawings.map((drawing) => renderPixels(drawing)));
  const step = (tiles[0]?.width ?? 64) * zoom + gap;
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
      width: step * columns - gap,
      height: step * Math.ceil(tiles.length / columns) - gap,
      channels: 3,
      background: '#ffffff',
    },
  })
    .composite(composites)
    .png()
    .toBuffer();
}
