import type { PixelImage } from '../pictures/image.ts';
import type { SamplingHooks } from './denoise.ts';
import type { DrawRequest } from './draw.ts';
import { drawEntries } from './draw-entries.ts';
import type { TaughtModel } from './taught-model.ts';

/** A picture: the same shot gives the same one, alone or among others. */
export type Shot = Pick<DrawRequest, 'prompt' | 'seed'>;

/** How all pictures of a batch are drawn; see {@link DrawRequest}. */
export type DrawSettings = Pick<DrawRequest, 'steps' | 'guidanceScale' | 'sampler'>;

/** One picture for each shot, all in one batch; each is that which `draw` makes of its prompt and seed. */
export async function drawEach(
  model: TaughtModel,
  shots: readonly Shot[],
  settings: DrawSettings,
  hooks: SamplingHooks,
): Promise<readonly PixelImage[]> {
  const prompts = [...new Set(shots.map(({ prompt }) => prompt))];
  const entries = {
    texts: ['', ...prompts].map((text) => model.tokenizer.encode(text)),
    towards: shots.map(({ prompt }) => 1 + prompts.indexOf(prompt)),
    awayFrom: settings.guidanceScale > 1 ? shots.map(() => 0) : undefined,
    noise: shots.map(({ seed }) => ({ seed, picture: 0 })),
  };
  const { images } = await drawEntries(model, { ...settings, ...entries }, hooks);
  return images;
}
