import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { PixelImage } from '../pictures/image.ts';
import { type Drawing, renderPixels, sampleDrawing, seededRandom } from '../world/index.ts';

/** `count` drawings that follow from the seed alone. */
export function sampleDrawings(seed: number, count: number): readonly Drawing[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => sampleDrawing(random));
}

/** Renders the drawings, a few at a time, in order. */
export async function* renderDrawings(
  drawings: readonly Drawing[],
  pixels: number,
): AsyncGenerator<PixelImage> {
  const together = 4 * availableParallelism();
  for (let start = 0; start < drawings.length; start += together) {
    const batch = drawings.slice(start, start + together);
    yield* await Promise.all(batch.map((drawing) => renderPixels(drawing, pixels)));
  }
}

/**
 * Renders the drawings once and keeps their pixels in a file, which a later run takes instead. The file is named after the
 * drawings too: pictures of others beside these captions would go unnoticed, since the loss falls all the same.
 */
export async function keptDrawings(
  folder: string,
  name: string,
  drawings: readonly Drawing[],
  pixels: number,
  onProgress: (done: number) => void,
): Promise<readonly PixelImage[]> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}-${digestOf(drawings)}.rgb`);
  const size = 3 * pixels * pixels;
  const known = await stat(path).catch(() => undefined);
  if (known?.size !== drawings.length * size) await renderTo(path, drawings, pixels, onProgress);
  const bytes = await readFile(path);
  return drawings.map((_, index) => ({
    width: pixels,
    height: pixels,
    rgb: bytes.subarray(index * size, (index + 1) * size),
  }));
}

/** Twelve hexadecimal digits that tell lists of drawings apart. */
function digestOf(drawings: readonly Drawing[]): string {
  const hash = createHash('sha256');
  for (const drawing of drawings) hash.update(JSON.stringify(drawing));
  return hash.digest('hex').slice(0, 12);
}

async function renderTo(
  path: string,
  drawings: readonly Drawing[],
  pixels: number,
  onProgress: (done: number) => void,
): Promise<void> {
  const file = await open(`${path}.part`, 'w');
  let done = 0;
  try {
    for await (const image of renderDrawings(drawings, pixels)) {
      await file.write(image.rgb);
      onProgress(++done);
    }
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}
