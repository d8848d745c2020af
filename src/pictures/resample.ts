import type { PixelImage } from './image.ts';

/** A filter by which pixels weigh at a distance, which is 0 from `support` on. */
interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const filters = {
  bilinear: { support: 1, weight: (x) => 1 - x },
  /** Keys 1981, eq. 4, with a = −½. */
  bicubic: {
    support: 2,
    weight: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2),
  },
  lanczos: { support: 3, weight: (x) => sinc(x) * sinc(x / 3) },
} as const satisfies Record<string, Filter>;

export type FilterName = keyof typeof filters;

/**
 * The picture at another size as Pillow's `Image.resize` gives it, within rounding: filters widen with what they shrink,
 * weights sum to 1 at edges, too, and rows come before columns. Published models were trained and scored on pictures
 * resized in this way, and sharp is no stand-in: enlarged fourfold, its hard edges are off by up to 54 of 255.
 */
export function resampled(image: PixelImage, width: number, height: number, name: FilterName): PixelImage {
  const { rgb } = image;
  const row = 3 * image.width;
  const across = new Uint8ClampedArray(3 * width * image.height);
  for (const [x, { first, weights }] of windows(image.width, width, filters[name]).entries()) {
    for (let at = 0; at < 3 * image.height; at++) {
      const [y, channel] = [Math.floor(at / 3), at % 3];
      across[3 * (y * width + x) + channel] = weighed(rgb, y * row + 3 * first + channel, 3, weights);
    }
  }
  const result = new Uint8ClampedArray(3 * width * height);
  for (const [y, { first, weights }] of windows(image.height, height, filters[name]).entries()) {
    for (let at = 0; at < 3 * width; at++)
      result[3 * y * width + at] = weighed(across, 3 * first * width + at, 3 * width, weights);
  }
  return { width, height, rgb: new Uint8Array(result.buffer) };
}

function weighed(
  values: Uint8Array | Uint8ClampedArray,
  start: number,
  step: number,
  weights: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++)
    sum += (weights[i] as number) * (values[start + i * step] as number);
  return sum;
}

/** For each of `to` pixels in a line, the first of `from` pixels that it is made of, and the weights from there on. */
function windows(from: number, to: number, { support, weight }: Filter) {
  const scale = from / to;
  const widened = Math.max(scale, 1);
  return Array.from({ length: to }, (_, at) => {
    const centre = (at + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support * widened + 0.5));
    const end = Math.min(from, Math.floor(centre + support * widened + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, i) => {
      const distance = Math.abs((first + i + 0.5 - centre) / widened);
      return distance < support ? weight(distance) : 0;
    });
    const sum = weights.reduce((total, value) => total + value, 0);
    return { first, weights: weights.map((value) => value / sum) };
  });
}
