import { draw } from '../diffusion/draw.ts';
import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { SampleRequest } from '../personalize/sample-prompts.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { Veil } from '../pictures/veil.ts';
import { type Guarded, guarded } from './guard.ts';
import type { Models } from './models.ts';
import { sharingHooks } from './shared-model.ts';
import type { TaskContext } from './task.ts';

/** Draws the samples that a concept is shown with, one after another, as they may be seen. */
export async function drawSamples(
  models: Models,
  model: TaughtModel,
  wanted: readonly SampleRequest[],
  veil: Veil | undefined,
  context: TaskContext,
): Promise<Guarded> {
  const images: PixelImage[] = [];
  let flagged = 0;
  for (const [index, request] of wanted.entries()) {
    context.onProgress({ phase: 'drawing', step: index, steps: wanted.length });
    const drawn = await drawOne(models, model, request, veil, context);
    images.push(...drawn.images);
    flagged += drawn.flagged;
  }
  return { images, flagged };
}

/** A model that draws in few steps, or with another guidance, shows samples so too. */
export async function drawOne(
  models: Models,
  model: TaughtModel,
  sample: SampleRequest,
  veil: Veil | undefined,
  context: TaskContext,
): Promise<Guarded> {
  const { base } = model;
  const { sampler, drawing } = base.folder;
  const steps = Math.min(sample.steps, drawing?.steps ?? sample.steps);
  const request = { ...sample, ...drawing, steps, negativePrompt: '', count: 1, sampler };
  const { images } = await draw(model, request, {
    ...sharingHooks(models.shared(base), context),
    onStep: () => {},
  });
  return context.step('drawing', () => guarded(base, images, veil));
}
