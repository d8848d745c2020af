import type { PixelImage } from '../pictures/image.ts';
import { denoise, type SamplingHooks } from './denoise.ts';
import { type DrawRequest, entriesOf } from './draw.ts';
import { projectTexts } from './layered-text.ts';
import { latentSize } from './model-folder.ts';
import { samplingNoise } from './sampling-noise.ts';
import { createScheduler } from './schedulers/scheduler.ts';
import type { TaughtModel } from './taught-model.ts';

/** A picture: the same shot gives the same one, alone or among others. */
export type Shot = Pick<DrawRequest, 'prompt' | 'seed'>;

/** How all pictures of a batch are drawn; see {@link DrawRequest}. */
export type DrawSettings = Pick<DrawRequest, 'steps' | 'guidanceScale' | 'sampler'>;

/** One picture for each shot, all in one batch; each is that which `draw` makes of its prompt and seed. */
export async function drawEach(
  model: TaughtModel,
  shots: readonly Shot[],
  { steps, guidanceScale, sampler }: DrawSettings,
  hooks: SamplingHooks,
): Promise<readonly PixelImage[]> {
  const { base, tokenizer } = model;
  const guided = guidanceScale > 1;
  const prompts = [...new Set(shots.map(({ prompt }) => prompt))];
  const encodings = ['', ...prompts].map((text) => tokenizer.encode(text));
  const projected = await hooks.turn(() => projectTexts(model, encodings));
  const own = shots.map(({ prompt }) => 1 + prompts.indexOf(prompt));
  const latents = await denoise(
    base.trunk,
    {
      ...samplingNoise(
        shots.map(({ seed }) => ({ seed, picture: 0 })),
        latentSize(base.folder),
      ),
      keysAndValues: entriesOf(projected, guided ? [...own.map(() => 0), ...own] : own),
      guidanceScale: guided ? guidanceScale : undefined,
      scheduler: createScheduler(sampler, base.folder.scheduler, steps),
    },
    hooks,
  );
  return hooks.turn(() => base.autoencoder.decode(latents));
}
