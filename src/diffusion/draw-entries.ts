import type { Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { denoise, type SamplingHooks } from './denoise.ts';
import { projectTexts } from './layered-text.ts';
import { latentSize } from './model-folder.ts';
import { type NoiseSource, samplingNoise } from './sampling-noise.ts';
import type { SamplerName } from './schedulers/config.ts';
import { createScheduler } from './schedulers/scheduler.ts';
import type { TaughtModel } from './taught-model.ts';
import { eachText, type TextValues } from './texts.ts';
import type { Encoding } from './tokenizer.ts';

/** Pictures that are drawn in one batch. */
export interface Entries {
  readonly texts: readonly Encoding[];
  /** For each picture the index of the text that it is drawn towards. */
  readonly towards: readonly number[];
  /** Likewise that of the one to steer away from; without guidance where undefined. */
  readonly awayFrom: readonly number[] | undefined;
  /** For each picture. */
  readonly noise: readonly NoiseSource[];
  readonly guidanceScale: number;
  readonly steps: number;
  readonly sampler: SamplerName;
  /** In pixels; the model's own size where absent. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** Keys and values are computed once; the steps run the trunk alone. */
export async function drawEntries(
  model: TaughtModel,
  { texts, towards, awayFrom, noise, guidanceScale, steps, sampler, size }: Entries,
  hooks: SamplingHooks,
): Promise<{
  readonly images: readonly PixelImage[];
  /** [pictures, channels, height, width] */
  readonly latents: Tensor<'float32'>;
}> {
  const { folder, trunk, autoencoder } = model.base;
  const together = model.layers === undefined ? hooks.project : undefined;
  const projected = await (together
    ? projectTexts(model, texts, together)
    : hooks.turn(() => projectTexts(model, texts)));
  const read = eachText(projected);
  const sampling = {
    ...samplingNoise(noise, latentSize(folder, size)),
    texts: [...(awayFrom ?? []), ...towards].map((text) => read[text] as TextValues),
    guidanceScale: awayFrom && guidanceScale,
    scheduler: createScheduler(sampler, folder.scheduler, steps),
  };
  const latents = await denoise(trunk, sampling, hooks);
  const decode = hooks.decode ?? ((clean) => hooks.turn(() => autoencoder.decode(clean)));
  return { images: await decode(latents), latents };
}
