import { mean } from '../../numbers.ts';
import type { PixelImage } from '../../pictures/image.ts';
import type { Drawing } from '../../world/index.ts';

/** How well an autoencoder keeps pictures. All in decibels. */
export interface AutoencoderScore {
  readonly pictures: number;
  /** Mean of the pictures' peak signal-to-noise ratios. */
  readonly psnr: number;
  /** That of the picture which fared worst. */
  readonly lowest: number;
  /** That of all pictures as if they were one. */
  readonly together: number;
  /** The mean in each style. */
  readonly byStyle: Readonly<Record<string, number>>;
}

/** Holds what is left of pictures after encoding and decoding against them, all in one order. */
export function autoencoderScore(
  drawings: readonly Drawing[],
  images: readonly PixelImage[],
  reconstructions: readonly PixelImage[],
): AutoencoderScore {
  const errors = images.map((image, at) => meanSquaredError(image, reconstructions[at] as PixelImage));
  const ratios = errors.map(decibels);
  const styles = Map.groupBy(drawings.keys(), (at) => drawings[at]?.style.kind as string);
  return {
    pictures: images.length,
    psnr: mean(ratios),
    lowest: Math.min(...ratios),
    together: decibels(mean(errors)),
    byStyle: Object.fromEntries(
      [...styles].map(([style, places]) => [style, mean(places.map((at) => ratios[at] as number))]),
    ),
  };
}

/** Of 8-bit values. Throws where the pictures are not of one size. */
function meanSquaredError({ rgb }: PixelImage, other: PixelImage): number {
  if (rgb.length !== other.rgb.length) throw new RangeError('pictures of two sizes');
  const sum = rgb.reduce((total, value, i) => total + (value - (other.rgb[i] as number)) ** 2, 0);
  return sum / rgb.length;
}

/** Peak signal-to-noise ratio, 10·log₁₀(255²/mean squared error); infinite where there is no error. */
function decibels(error: number): number {
  return 10 * Math.log10(255 ** 2 / error);
}
