import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { denoise, type SamplingHooks } from './denoise.ts';
import type { KeysAndValues } from './heads.ts';
import { projectTexts, textBatch } from './layered-text.ts';
import { latentSize } from './model-folder.ts';
import { samplingNoise } from './sampling-noise.ts';
import type { SamplerName } from './schedulers/config.ts';
import { createScheduler } from './schedulers/scheduler.ts';
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

export interface Drawn {
  readonly images: readonly PixelImage[];
  /** Final latents, [count, channels, height, width]. */
  readonly latents: Tensor<'float32'>;
  /** The end of the prompt that the text encoder has no room for. */
  readonly cut?: string;
  /** That of the negative prompt, where there is guidance to use it. */
  readonly negativeCut?: string;
}

/** Draws pictures from noise. Keys and values are computed once; the steps run the trunk alone. */
export async function draw(model: TaughtModel, request: DrawRequest, hooks: SamplingHooks): Promise<Drawn> {
  const { base, tokenizer } = model;
  const { count, seed, steps, sampler } = request;
  const guidanceScale = request.guidanceScale > 1 ? request.guidanceScale : undefined;
  const texts = guidanceScale === undefined ? [request.prompt] : [request.negativePrompt, request.prompt];
  const encodings = texts.map((text) => tokenizer.encode(text));
  const { cut } = encodings.at(-1) ?? {};
  const { cut: negativeCut } = encodings.at(-2) ?? {};
  const together = model.layers === undefined ? hooks.project : undefined;
  const projected = await (together?.(textBatch(model, encodings)) ??
    hooks.turn(() => projectTexts(model, encodings)));
  const walk = {
    ...samplingNoise(
      Array.from({ length: count }, (_, picture) => ({ seed, picture })),
      latentSize(base.folder, request.size),
    ),
    keysAndValues: entriesOf(projected, repeatEach(texts.length, count)),
    guidanceScale,
    scheduler: createScheduler(sampler, base.folder.scheduler, steps),
  };
  const latents = await denoise(base.trunk, walk, hooks);
  const decode = hooks.decode ?? ((clean) => hooks.turn(() => base.autoencoder.decode(clean)));
  const images = await decode(latents);
  return {
    images,
    latents,
    ...(cut !== undefined && { cut }),
    ...(negativeCut !== undefined && { negativeCut }),
  };
}

/** 0 to `length` − 1, each `count` times in a row. */
function repeatEach(length: number, count: number): readonly number[] {
  return Array.from({ length: length * count }, (_, i) => Math.floor(i / count));
}

/** The keys and values of some batch entries, in the order given; an entry may come several times. */
export function entriesOf(keysAndValues: KeysAndValues, entries: readonly number[]): KeysAndValues {
  return Object.fromEntries(
    Object.entries(keysAndValues).map(([name, { dims, data }]) => {
      const [batch = 0] = dims;
      const size = data.length / batch;
      const result = float32(dims.with(0, entries.length));
      for (const [at, entry] of entries.entries()) {
        result.data.set((data as Float32Array).subarray(entry * size, (entry + 1) * size), at * size);
      }
      return [name, result];
    }),
  );
}
