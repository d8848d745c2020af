import { encodePng } from '../../src/pictures/encode.ts';
import { mostPictures, readPicture } from '../../src/pictures/intake.ts';
import type { FileShelf } from './files.ts';
import { shelve } from './shelve.ts';
import type { UploadedFile } from './uploads.ts';
import type { MessagePicture } from './wire.ts';

const side = 160;
/** Pictures are decoded one after another, so that a thumbnail may not take long. */
const seconds = 5;

/**
 * Small copies of the first six that can be opened, drawn anew so that nothing untrusted is ever served. `shown` has the
 * addresses that messages show already. Raises 'storage-full'.
 * @param server whose they are
 */
export async function thumbnails(
  server: string,
  files: readonly UploadedFile[],
  shelf: FileShelf,
  shown: () => ReadonlySet<string>,
): Promise<readonly MessagePicture[]> {
  const readable = files.filter(({ whole }) => whole).slice(0, mostPictures);
  const drawn = await Promise.all(readable.map(({ bytes }, index) => thumbnail(server, bytes, index + 1)));
  const made = drawn.filter((one) => one !== undefined);
  const pngs = made.map(({ bytes }) => ({ bytes, extension: 'png' as const }));
  const urls = await shelve(shelf, pngs, shown);
  return made.map(({ number }, index) => ({
    url: urls[index]!,
    name: `picture-${number}.png`,
    alt: `Picture ${number} that was sent`,
    width: side,
    height: side,
  }));
}

async function thumbnail(server: string, bytes: Uint8Array, number: number) {
  const limits = { bytes: bytes.length, seconds };
  const picture = await readPicture(bytes, { width: side, height: side, fit: 'crop', limits, server });
  return picture.ok ? { number, bytes: await encodePng(picture.value) } : undefined;
}
