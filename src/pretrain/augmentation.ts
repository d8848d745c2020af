import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { between, chance, type Random } from './world/random.ts';

/** How far a picture may be changed: less than what tells two named colours apart, and small things stay visible. */
const blurred = 0.5;
const largestSpread = 0.2;
const contrast = 0.08;
const brightness = 0.05;
const noise = 0.06;

/**
 * Pictures of one size as planes in about −1…1, [pictures, 3, height, width], each changed a little at random as a small
 * generator changes them: mirrored, softened, brighter or darker, noisy. What they show, as captions tell it, stays.
 */
export function augmentedPlanes(images: readonly PixelImage[], random: Random): Tensor<'float32'> {
  const { width = 0, height = 0 } = images[0] ?? {};
  const result = float32([images.length, 3, height, width]);
  const size = 3 * width * height;
  images.forEach((image, index) => {
    augment(image, result.data.subarray(index * size, (index + 1) * size), random);
  });
  return result;
}

function augment({ width, height, rgb }: PixelImage, planes: Float32Array, random: Random): void {
  const mirrored = chance(random, 0.5);
  const gain = between(random, 1 - contrast, 1 + contrast) / 127.5;
  const offset = between(random, -brightness, brightness);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const column = mirrored ? width - 1 - x : x;
        planes[at] = ((rgb[3 * (y * width + column) + channel] as number) - 127.5) * gain + offset;
      }
    }
  }
  if (chance(random, blurred)) soften(planes, width, between(random, 0, largestSpread));
  const amplitude = between(random, 0, noise);
  for (let i = 0; i < planes.length; i++)
    planes[i] = (planes[i] as number) + between(random, -amplitude, amplitude);
}

/** Gives each of its four neighbours, first along rows and then along columns, the share `spread` of a pixel; edges keep theirs. */
function soften(planes: Float32Array, width: number, spread: number): void {
  for (const step of [1, width]) {
    const before = planes.slice();
    const length = step === 1 ? width : planes.length / 3 / width;
    for (let i = 0; i < planes.length; i++) {
      const place = Math.floor(i / step) % length;
      const own = before[i] as number;
      const previous = place > 0 ? (before[i - step] as number) : own;
      const next = place < length - 1 ? (before[i + step] as number) : own;
      planes[i] = own + spread * (previous + next - 2 * own);
    }
  }
}
