import { encodePng } from '../../src/pictures/encode.ts';
import { mostPictures, readPicture } from '../../src/pictures/intake.ts';
import { type FileShelf, urlOf } from './files.ts';
import type { UploadedFile } from './uploads.ts';
import type { MessagePicture } from './wire.ts';

const side = 160;
/** Pictures are decoded one after another for everybody, so that a thumbnail may not take long. */
const seconds = 5;

/** Small copies of the first six that can be opened, drawn anew so that nothing untrusted is ever served. */
export async function thumbnails(
  files: readonly UploadedFile[],
  shelf: FileShelf,
): Promise<readonly MessagePicture[]> {
  const readable = files.filter(({ whole }) => whole).slice(0, mostPictures);
  const made = await Promise.all(readable.map(({ bytes }, index) => thumbnail(bytes, index, shelf)));
  return made.filter((one) => one !== undefined);
}

async function thumbnail(
  bytes: Uint8Array,
  index: number,
  shelf: FileShelf,
): Promise<MessagePicture | undefined> {
  const limits = { bytes: bytes.length, seconds };
  const picture = await readPicture(bytes, { width: side, height: side, fit: 'crop', limits });
  if (!picture.ok) return undefined;
  const url = urlOf(await shelf.put(await encodePng(picture.value), 'png'));
  return {
    url,
    name: `picture-${index + 1}.png`,
    alt: `Picture ${index + 1} that was sent`,
    width: side,
    height: side,
  };
}
