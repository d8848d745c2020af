import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** One chunk of a PNG: length, name, data, checksum. */
export function pngChunk(name: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(name, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** An 8-bit RGB PNG by hand: the header says one thing, the pixel data may say another. */
export function handmadePng(
  width: number,
  height: number,
  options: { pixels?: Uint8Array; packed?: Uint8Array; before?: readonly Buffer[] } = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...(options.before ?? []),
    pngChunk('IDAT', options.packed ?? deflateSync(options.pixels ?? Buffer.alloc(0))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** So many million zeros, deflated, without ever holding them. */
export function packedZeros(millions: number): Promise<Buffer> {
  return buffer(Readable.from(Array.from({ length: millions }, () => zeros)).pipe(createDeflate()));
}

const zeros = Buffer.alloc(1e6);

/** Rows of RGB pixels as PNG stores them without filtering. */
export function unfilteredRows(width: number, height: number, [r, g, b]: readonly number[]): Uint8Array {
  const row = Uint8Array.from([0, ...Array.from({ length: width }, () => [r, g, b]).flat()] as number[]);
  return Buffer.concat(Array.from({ length: height }, () => row));
}

/** Pixels that compress badly and repeat exactly. */
export function noise(width: number, height: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** A sharp pipeline over RGB pixels. */
export function fromRgb(rgb: Uint8Array, width: number, height: number) {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

/** A sharp pipeline over one colour. */
export function plain(width: number, height: number, background: string) {
  return sharp({ create: { width, height, channels: 3, background } });
}

/** The four colours of {@link quarters}, in reading order. */
export const quarterColours = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
] as const;

/** A picture whose quarters have four colours: which way is up can be read off it. */
export function quarters(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const right = pixel % width >= width / 2 ? 1 : 0;
    const lower = Math.floor(pixel / width) >= height / 2 ? 2 : 0;
    return quarterColours[right + lower]![at % 3]!;
  });
}

/** The colour at a place, both given as parts of the whole from 0 to 1. */
export function colourAt(
  image: { width: number; height: number; rgb: Uint8Array },
  x: number,
  y: number,
): readonly number[] {
  const pixel = Math.floor(y * image.height) * image.width + Math.floor(x * image.width);
  return [...image.rgb.subarray(pixel * 3, pixel * 3 + 3)];
}
