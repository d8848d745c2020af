import sharp, { type Metadata } from 'sharp';
import { attempt, failure, type Result, raise, success } from '../result.ts';
import { createFairTurns } from './fair-turns.ts';
import { type FileType, fileType, isAnimatedPng } from './file-type.ts';
import type { PixelImage } from './image.ts';

export interface PictureLimits {
  /** Largest file, in bytes. */
  readonly bytes: number;
  /** Most pixels that a header may declare; larger pictures are refused before any is decoded. */
  readonly pixels: number;
  /** Shortest side, in pixels. */
  readonly side: number;
  /** Longest time to decode one picture, in whole seconds. */
  readonly seconds: number;
}

export interface IntakeOptions {
  /** Size of the result, in pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * `crop` fills the size and cuts what stands over, evenly; `crop-to-detail` leaves the part of the highest entropy, where there is
   * most to see, of a picture up to four times as long as that; `pad` keeps all of the picture on white.
   */
  readonly fit: 'crop' | 'crop-to-detail' | 'pad';
  readonly limits?: Partial<PictureLimits>;
  /** How sentences name the picture. */
  readonly name?: string;
  /** Whose picture it is: servers take turns, one picture each. */
  readonly server?: string;
  /** Hears what a person should know about a picture that was taken all the same. */
  readonly onNote?: (sentence: string) => void;
}

export const defaultLimits: PictureLimits = { bytes: 10 * 2 ** 20, pixels: 50e6, side: 16, seconds: 20 };
export const mostPictures = 6;

/** The types that are opened, and what sharp must call a file of that type before it may decode it. */
const opened: Partial<Record<FileType, string>> = {
  jpeg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'heif',
};

/** What is said of a file that is none of these, by what it is. */
const refusals: Partial<Record<FileType, (name: string) => string>> = {
  svg: (name) =>
    `${name} is an SVG drawing, which is a program as much as a picture. Export it as PNG and send that.`,
  heic: (name) =>
    `${name} is a HEIC photo, which cannot be opened here. Save or share it as JPEG and send that.`,
  pdf: (name) => `${name} is a PDF document, not a picture. Save the page as PNG and send that.`,
  tiff: (name) => `${name} is a TIFF file, which is not opened here. Save it as PNG and send that.`,
  bmp: (name) => `${name} is a BMP file, which is not opened here. Save it as PNG and send that.`,
  video: (name) => `${name} is a video. Send a single frame of it as JPEG or PNG.`,
  archive: (name) => `${name} is an archive. Unpack it and send the pictures one by one.`,
  text: (name) => `${name} is a text file, whatever its name says. Send a JPEG, PNG or WebP picture.`,
};

const resizing = {
  crop: { fit: 'cover' },
  'crop-to-detail': { fit: 'cover', position: sharp.strategy.entropy },
  pad: { fit: 'contain' },
} as const;

/** To find the part with most to see, all of a picture is enlarged to the size: of a file of 250 kB that can be gigabytes. */
const longestSearched = 4;

/** One picture is decoded at a time, so that the memory of all servers' pictures together is that of one. */
const inTurn = createFairTurns();

/** Libvips would keep decoded pictures of one server in memory while it works for another. */
sharp.cache(false);

/**
 * The pixels of an untrusted picture file at the size asked for: upright, in sRGB, 8 bits a channel,
 * transparency on white, the first frame of an animation. Nothing but pixels survives.
 * Problems are `invalid-picture`.
 */
export async function readPicture(bytes: Uint8Array, options: IntakeOptions): Promise<Result<PixelImage>> {
  const limits = { ...defaultLimits, ...options.limits };
  const name = options.name ?? 'The picture';
  return attempt(() => {
    checkFile(bytes, name, limits);
    return inTurn(options.server ?? '', () => decode(bytes, name, limits, options));
  });
}

/** Reads 1 to 6 pictures, as {@link readPicture} does; the first problem refuses them all. */
export async function readPictures(
  files: readonly Uint8Array[],
  options: IntakeOptions,
): Promise<Result<PixelImage[]>> {
  if (files.length === 0) {
    return failure('invalid-picture', `No picture came with this. Attach 1 to ${mostPictures} pictures.`);
  }
  if (files.length > mostPictures) {
    const sentence = `${files.length} pictures are too many. Choose the ${mostPictures} that show it best.`;
    return failure('invalid-picture', sentence);
  }
  const pictures: PixelImage[] = [];
  for (const [index, file] of files.entries()) {
    const name = files.length === 1 ? 'The picture' : `Picture ${index + 1}`;
    const picture = await readPicture(file, { name, ...options });
    if (!picture.ok) return picture;
    pictures.push(picture.value);
  }
  return success(pictures);
}

function checkFile(bytes: Uint8Array, name: string, limits: PictureLimits): void {
  if (bytes.length === 0)
    raise('invalid-picture', `${name} is an empty file. Send it again or choose another.`);
  if (bytes.length > limits.bytes) {
    const [size, most] = [bytes.length, limits.bytes].map((count) => (count / 2 ** 20).toFixed(1));
    raise(
      'invalid-picture',
      `${name} has ${size} MB, more than the ${most} MB allowed. Send a smaller copy.`,
    );
  }
  const type = fileType(bytes);
  if (opened[type]) return;
  raise('invalid-picture', refusals[type]?.(name) ?? `${name} is no picture. Send a JPEG, PNG or WebP file.`);
}

async function decode(
  bytes: Uint8Array,
  name: string,
  limits: PictureLimits,
  options: IntakeOptions,
): Promise<PixelImage> {
  const { width, height, onNote } = options;
  const header = await reading(name, () =>
    sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata(),
  );
  checkHeader(header, bytes, name, limits);
  if (isAnimated(header, bytes)) onNote?.(`${name} is an animation; only its first frame was used.`);
  const { data, info } = await reading(name, () =>
    sharp(bytes, { autoOrient: true, failOn: 'error', limitInputPixels: limits.pixels })
      .timeout({ seconds: limits.seconds })
      .flatten({ background: 'white' })
      .resize(width, height, { ...resizing[fitFor(header.autoOrient, options)], background: 'white' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  if (info.channels !== 3) throw new RangeError(`${info.channels} channels where 3 were asked for`);
  return { width, height, rgb: new Uint8Array(data) };
}

/** As asked for; cut evenly where the picture is too long to be searched. */
function fitFor(
  picture: Pick<PixelImage, 'width' | 'height'>,
  { width, height, fit }: Pick<IntakeOptions, 'width' | 'height' | 'fit'>,
): IntakeOptions['fit'] {
  const times = (picture.width * height) / (picture.height * width);
  const isSearched = Math.max(times, 1 / times) <= longestSearched;
  return fit === 'crop-to-detail' && !isSearched ? 'crop' : fit;
}

function checkHeader(header: Metadata, bytes: Uint8Array, name: string, limits: PictureLimits): void {
  const { format, width, height } = header;
  if (format !== opened[fileType(bytes)]) {
    raise('invalid-picture', `${name} is not what its first bytes say. Save it again as JPEG or PNG.`);
  }
  if (width * height > limits.pixels) {
    const most = Math.floor(limits.pixels / 1e6);
    const sentence = `${name} has ${width} × ${height} pixels, more than the ${most} million allowed. Send a smaller copy.`;
    raise('invalid-picture', sentence);
  }
  if (Math.min(width, height) < limits.side) {
    const sentence = `${name} has only ${width} × ${height} pixels. Send one with at least ${limits.side} on each side.`;
    raise('invalid-picture', sentence);
  }
}

function isAnimated(header: Metadata, bytes: Uint8Array): boolean {
  return (header.pages ?? 1) > 1 || (header.format === 'png' && isAnimatedPng(bytes));
}

/** Whatever sharp cannot do with a file is said of the file: its own words can quote the file's. */
async function reading<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const slow = error instanceof Error && error.message.startsWith('timeout');
    return raise(
      'invalid-picture',
      slow
        ? `${name} takes too long to open. Save it again as JPEG or PNG and send that.`
        : `${name} is damaged or cut off. Save it again as JPEG or PNG and send that.`,
    );
  }
}
