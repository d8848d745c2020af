import type { PixelImage } from '../../../pictures/image.ts';
import { framed, mirrored, resized } from '../../../pictures/resize.ts';
import type { Random } from '../../../random.ts';

/** One picture as it is trained on: the words that its caption begins with, and where in it the picture is. */
export interface Variant {
  readonly image: PixelImage;
  readonly prefix: string;
  /** In pixels; all of `image` where it fills it. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

const farAway = ['a far away', 'very small'];
const closeUp = ['zoomed in', 'close up'];

/**
 * A picture at a random scale (Kumari et al. 2023 and the authors' code): two times in three from a third of its size
 * to all of it, else 1.2 to 1.4 times as large. Under 0.6 it stands at a random place on grey, above 1 a random part of it
 * is seen, and the caption says so; between, it fills the picture as it is. Every other one is mirrored.
 */
export async function augment(picture: PixelImage, random: Random): Promise<Variant> {
  const { width, height } = picture;
  const shrinks = random.uniform() < 2 / 3;
  const scale = shrinks ? (1 + 2 * random.uniform()) / 3 : 1.2 + 0.2 * random.uniform();
  const image = random.integer(2) === 0 ? picture : await mirrored(picture);
  if (scale >= 0.6 && scale <= 1)
    return { image, prefix: '', box: { left: 0, top: 0, right: width, bottom: height } };
  const [wide, high] = [Math.round(scale * width), Math.round(scale * height)];
  const left = placed(width - wide, random);
  const top = placed(height - high, random);
  const words = scale < 1 ? farAway : closeUp;
  return {
    image: framed(await resized(image, wide, high), picture, left, top),
    prefix: words[random.integer(words.length)] as string,
    box: {
      left: Math.max(0, left),
      top: Math.max(0, top),
      right: Math.min(width, left + wide),
      bottom: Math.min(height, top + high),
    },
  };
}

/** A place between 0 and the room there is, which is negative where a picture is larger than its frame. */
function placed(room: number, random: Random): number {
  const place = random.integer(Math.abs(room) + 1);
  return room < 0 ? -place : place;
}

/** `a far away photo of a <new1> dog`: the prefix takes the place of the caption's article. */
export function prefixed(caption: string, prefix: string): string {
  return prefix === '' ? caption : `${prefix} ${caption.replace(/^(an?|the) /i, '')}`;
}

/**
 * 1 over the number of all latents for each that lies wholly in the box, 0 for the others, as [channels, height, width]: a
 * picture counts by the room it takes. The authors divide by the latents in the box, so that all pictures count alike; in a
 * small model's few latents those far away then make up most of the loss and spoil what is learned from the others.
 */
export function boxWeights(
  { image, box }: Pick<Variant, 'image' | 'box'>,
  { channels, height, width }: { readonly channels: number; readonly height: number; readonly width: number },
): Float32Array {
  const [across, down] = [image.width / width, image.height / height];
  const isIn = (y: number, x: number) =>
    x * across >= box.left &&
    (x + 1) * across <= box.right &&
    y * down >= box.top &&
    (y + 1) * down <= box.bottom;
  const plane = height * width;
  return new Float32Array(channels * plane).map((_, at) =>
    isIn(Math.floor((at % plane) / width), at % width) ? 1 / (channels * plane) : 0,
  );
}
