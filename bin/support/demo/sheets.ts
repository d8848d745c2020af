import { contactSheet } from '../../../src/pictures/grid.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { readPicture } from '../../../src/pictures/intake.ts';
import { unwrap } from '../../../src/result.ts';

/** PNG files in one row, each as large as a picture in a sample sheet. */
export async function rowOf(
  files: readonly Uint8Array[],
  cell: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  const images: PixelImage[] = [];
  for (const file of files) images.push(unwrap(await readPicture(file, { ...cell, fit: 'crop' })));
  return contactSheet(images, images.length);
}
