import type { Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { SamplingHooks } from './denoise.ts';
import { drawEntries } from './draw-entries.ts';
import type { SamplerName } from './schedulers/config.ts';
import type { TaughtModel } from './taught-model.ts';

export interface DrawRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Pictures to draw together. */
  readonly count: number;
  /** Picture i starts from the noise of this seed's stream i, so that a seed gives the same picture alone or among others. */
  readonly seed: number;
  readonly steps: number;
  /** How far to go from the negative prompt to the prompt and beyond; 1 or less draws without guidance. */
  readonly guidanceScale: number;
  readonly sampler: SamplerName;
  /** In pixels, multiples of the model's `sizeStep`; the model's own size where absent. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** What was drawn, and what of the texts could not be heeded. */
export interface Drawn {
  readonly images: readonly PixelImage[];
  /** Final latents, [count, channels, height, width]. */
  readonly latents: Tensor<'float32'>;
  /** The end of the prompt that the text encoder has no room for. */
  readonly cut?: string;
  /** That of the negative prompt, where there is guidance to use it. */
  readonly negativeCut?: string;
}

/** Draws pictures of one prompt from noise. */
export async function draw(model: TaughtModel, request: DrawRequest, hooks: SamplingHooks): Promise<Drawn> {
  const { prompt, negativePrompt, count, seed, guidanceScale } = request;
  const guided = guidanceScale > 1;
  const texts = (guided ? [negativePrompt, prompt] : [prompt]).map((text) => model.tokenizer.encode(text));
  const { cut } = texts.at(-1) ?? {};
  const { cut: negativeCut } = texts.at(-2) ?? {};
  const pictures = Array.from({ length: count }, (_, picture) => picture);
  const { images, latents } = await drawEntries(
    model,
    {
      ...request,
      texts,
      towards: pictures.map(() => texts.length - 1),
      awayFrom: guided ? pictures.map(() => 0) : undefined,
      noise: pictures.map((picture) => ({ seed, picture })),
    },
    hooks,
  );
  return {
    images,
    latents,
    ...(cut !== undefined && { cut }),
    ...(negativeCut !== undefined && { negativeCut }),
  };
}
