import { draw } from '../diffusion/draw.ts';
import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { SampleRequest } from '../personalize/sample-prompts.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { TaskContext } from './task.ts';

/** Draws the samples that a concept is shown with, one after another. */
export async function drawSamples(
  model: TaughtModel,
  wanted: readonly SampleRequest[],
  context: TaskContext,
): Promise<readonly PixelImage[]> {
  const samples: PixelImage[] = [];
  for (const [index, request] of wanted.entries()) {
    context.onProgress({ phase: 'drawing', step: index, steps: wanted.length });
    samples.push(await drawOne(model, request, context));
  }
  return samples;
}

export async function drawOne(
  model: TaughtModel,
  sample: SampleRequest,
  { step: turn }: TaskContext,
): Promise<PixelImage> {
  const request = { ...sample, negativePrompt: '', count: 1, sampler: model.base.folder.sampler };
  const { images } = await draw(model, request, {
    turn: (action) => turn('drawing', action),
    onStep: () => {},
  });
  return images[0] as PixelImage;
}
