import { z } from 'zod';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { type FilterName, resampled } from '../pictures/resample.ts';
import { framed } from '../pictures/resize.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is done to a picture of any size before a vision model sees it. */
export interface Preprocessing {
  /** The length that the shorter side gets, in pixels, or the size that the picture is stretched to. Undefined: neither. */
  readonly resize: number | Size | undefined;
  readonly filter: FilterName;
  /** What is cut out of the middle: the size that the model sees. */
  readonly crop: Size;
  /** A channel's value is (its byte · `scale` − mean)/deviation. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const side = z.int().min(1).max(4096);
const sizeSchema = z.object({ width: side, height: side });
const squareSchema = side.transform((pixels): Size => ({ width: pixels, height: pixels }));
const shortestSchema = z.object({ shortest_edge: side }).transform(({ shortest_edge }) => shortest_edge);
const fieldOr = <T>(schema: z.ZodType<T>, fallback: T) =>
  schema.nullish().transform((value) => value ?? fallback);
const flag = fieldOr(z.boolean(), true);

/** What CLIP ViT-L/14 was trained on, with which the public safety checker looks: OPENAI_CLIP_MEAN and OPENAI_CLIP_STD of transformers. */
const usual = {
  side: 224,
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
};

/** The numbers that Pillow gives its filters, and transformers after it. */
const filters = { 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' } as const;
const resampleSchema = z.literal([1, 2, 3], 'only 1, 2 and 3 are known: Lanczos, bilinear and bicubic');

/**
 * `preprocessor_config.json` of a CLIP export, older forms included. What is left out, or null, is as transformers' CLIPImageProcessor has
 * it: all of it where the object is empty.
 */
export const preprocessingSchema = z
  .object({
    do_resize: flag,
    size: fieldOr(z.union([side, shortestSchema, sizeSchema]), usual.side),
    resample: fieldOr(resampleSchema, 3),
    do_center_crop: flag,
    crop_size: fieldOr(z.union([squareSchema, sizeSchema]), { width: usual.side, height: usual.side }),
    do_rescale: flag,
    rescale_factor: fieldOr(z.number().positive(), 1 / 255),
    do_normalize: flag,
    image_mean: fieldOr(z.array(z.number()).length(3), usual.mean),
    image_std: fieldOr(z.array(z.number().positive()).length(3), usual.deviation),
  })
  .transform((config, context): Preprocessing => {
    const resize = config.do_resize ? config.size : undefined;
    const stretched = typeof resize === 'object' ? resize : undefined;
    const crop = config.do_center_crop ? config.crop_size : stretched;
    if (crop === undefined)
      context.addIssue('neither crop_size nor size says how many pixels the model sees');
    else if (typeof resize === 'number' && resize < Math.max(crop.width, crop.height))
      context.addIssue('crop_size is larger than size');
    return {
      resize,
      filter: filters[config.resample],
      crop: crop ?? { width: 0, height: 0 },
      scale: config.do_rescale ? config.rescale_factor : 1,
      mean: config.do_normalize ? config.image_mean : [0, 0, 0],
      deviation: config.do_normalize ? config.image_std : [1, 1, 1],
    };
  });

/** Pictures of any sizes as a vision model takes them, [pictures, 3, height, width]. */
export function pixelValues(images: readonly PixelImage[], preprocessing: Preprocessing): Tensor<'float32'> {
  const { crop, scale, mean, deviation } = preprocessing;
  const plane = crop.width * crop.height;
  const values = float32([images.length, 3, crop.height, crop.width]);
  for (const [index, image] of images.entries()) {
    const { rgb } = centred(scaled(image, preprocessing), crop);
    for (let i = 0; i < 3 * plane; i++) {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      const value = (rgb[i] as number) * scale - (mean[channel] as number);
      values.data[(3 * index + channel) * plane + pixel] = value / (deviation[channel] as number);
    }
  }
  return values;
}

/** The longer side keeps its proportion to the shorter one, rounded down, as transformers has it. */
function scaled(image: PixelImage, { resize, filter }: Preprocessing): PixelImage {
  const { width, height } = image;
  const target =
    typeof resize === 'number'
      ? {
          width: Math.floor((width * resize) / Math.min(width, height)),
          height: Math.floor((height * resize) / Math.min(width, height)),
        }
      : (resize ?? image);
  const unchanged = target.width === width && target.height === height;
  return unchanged ? image : resampled(image, target.width, target.height, filter);
}

function centred(image: PixelImage, crop: Size): PixelImage {
  if (image.width === crop.width && image.height === crop.height) return image;
  const [left, top] = [image.width - crop.width, image.height - crop.height].map((rest) =>
    Math.floor(rest / 2),
  ) as [number, number];
  return framed(image, crop, -left, -top);
}
