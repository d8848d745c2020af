import { type Result, success } from '../result.ts';
import { encodePng } from './encode.ts';
import { fileType } from './file-type.ts';
import { type PictureLimits, readPicture } from './intake.ts';

/**
 * An untrusted PNG drawn anew at its own size, so that nothing of the file survives but its pixels; undefined where it is no
 * PNG. Problems are `invalid-picture`.
 * @param server whose it is, as in {@link readPicture}
 */
export async function redrawPng(
  bytes: Uint8Array,
  limits: Partial<PictureLimits> & Pick<PictureLimits, 'pixels'>,
  server?: string,
): Promise<Result<Uint8Array> | undefined> {
  if (fileType(bytes) !== 'png' || bytes.length < 24) return undefined;
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (width < 1 || height < 1 || width * height > limits.pixels) return undefined;
  const picture = await readPicture(bytes, {
    width,
    height,
    fit: 'crop',
    limits,
    ...(server !== undefined && { server }),
  });
  return picture.ok ? success(await encodePng(picture.value)) : picture;
}
