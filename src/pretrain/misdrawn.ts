import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { Uniform } from '../random.ts';
import { between, chance, whole } from '../world/random.ts';

/** How far a picture may be changed: less than what tells two named colours apart, and small things stay visible. */
const farthestShift = 2;
const blurredShare = 0.5;
const largestSpread = 0.2;
const contrast = 0.1;
const brightness = 0.06;
const cast = 0.03;
const largestNoise = 0.08;

/**
 * Pictures of one size as planes in −1…1, [pictures, 3, height, width], each a little wrong, as a small generator draws:
 * moved, softened, brighter or darker, noisy. Left stays left.
 */
export function misdrawnPlanes(images: readonly PixelImage[], random: Uniform): Tensor<'float32'> {
  const { width = 0, height = 0 } = images[0] ?? {};
  const planes = float32([images.length, 3, height, width]);
  const size = 3 * width * height;
  images.forEach((image, index) => {
    const own = planes.data.subarray(index * size, (index + 1) * size);
    moveInto(own, image, random);
    if (chance(random, blurredShare)) soften(own, width, height, between(random, 0, largestSpread));
    recolour(own, random);
  });
  return planes;
}

/** Copies the picture, moved by whole pixels; what comes in from outside repeats the edge. */
function moveInto(planes: Float32Array, { width, height, rgb }: PixelImage, random: Uniform): void {
  const right = whole(random, -farthestShift, farthestShift);
  const down = whole(random, -farthestShift, farthestShift);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const row = within(y - down, height) * width;
      for (let x = 0; x < width; x++, at++)
        planes[at] = (rgb[3 * (row + within(x - right, width)) + channel] as number) / 127.5 - 1;
    }
  }
}

function within(place: number, length: number): number {
  return Math.min(Math.max(place, 0), length - 1);
}

/** Gives each neighbour, first along rows and then along columns, the share `spread` of a pixel; edges keep theirs. */
function soften(planes: Float32Array, width: number, height: number, spread: number): void {
  for (const [step, length] of [
    [1, width],
    [width, height],
  ] as const) {
    const before = planes.slice();
    for (let i = 0; i < planes.length; i++) {
      const place = Math.floor(i / step) % length;
      const own = before[i] as number;
      const previous = place > 0 ? (before[i - step] as number) : own;
      const next = place < length - 1 ? (before[i + step] as number) : own;
      planes[i] = own + spread * (previous + next - 2 * own);
    }
  }
}

function recolour(planes: Float32Array, random: Uniform): void {
  const gain = between(random, 1 - contrast, 1 + contrast);
  const offset = between(random, -brightness, brightness);
  const noise = between(random, 0, largestNoise);
  const plane = planes.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const shift = offset + between(random, -cast, cast);
    for (let i = channel * plane; i < (channel + 1) * plane; i++) {
      const changed = (planes[i] as number) * gain + shift + between(random, -noise, noise);
      planes[i] = Math.min(1, Math.max(-1, changed));
    }
  }
}
