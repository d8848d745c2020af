import type { Attachment } from '../../commands/command.ts';
import { encodePng } from '../../src/pictures/encode.ts';
import { readPicture } from '../../src/pictures/intake.ts';
import { raise } from '../../src/result.ts';
import type { FileShelf } from './files.ts';
import type { MessagePicture } from './wire.ts';

/** More parts than any command takes, so that too many are counted and answered rather than cut. */
export const mostFiles = 20;
const thumbnailSide = 160;

/** An uploaded file as commands take it. */
export function attachmentOf(file: File): Attachment {
  const name = file.name.slice(0, 100);
  return {
    name,
    async bytes(limit) {
      if (file.size > limit) {
        const most = Math.floor(limit / 2 ** 20);
        raise('invalid-picture', `One of the files is larger than ${most} MB. Send a smaller copy of it.`);
      }
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

/** Small pictures of those uploads that can be opened, drawn anew so that nothing untrusted is ever served. */
export async function thumbnails(
  files: readonly File[],
  shelf: FileShelf,
): Promise<readonly MessagePicture[]> {
  const made = await Promise.all(files.map((file, index) => thumbnail(file, index, shelf)));
  return made.filter((one) => one !== undefined);
}

async function thumbnail(file: File, index: number, shelf: FileShelf): Promise<MessagePicture | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const picture = await readPicture(bytes, { width: thumbnailSide, height: thumbnailSide, fit: 'crop' });
  if (!picture.ok) return undefined;
  const url = `/files/${await shelf.put(await encodePng(picture.value), 'png')}`;
  return {
    url,
    name: `picture-${index + 1}.png`,
    alt: `Picture ${index + 1} that was sent`,
    width: thumbnailSide,
    height: thumbnailSide,
  };
}
