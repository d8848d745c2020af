import { draw } from '../../diffusion/draw.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import { joinTensors } from '../../onnx/join.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { LessonHooks } from '../method.ts';
import { encodeAll } from '../texts.ts';
import type { Examples } from './batches.ts';

/** How many pictures a model recalls, and how it draws them. */
export interface RecallOptions {
  readonly pictures: number;
  readonly drawingSteps: number;
  readonly guidanceScale: number;
}

/**
 * Pictures that a model draws of prompts, of the first ones again where there are too few: what it is not to forget. One that draws
 * best in fewer steps, or with less guidance, does so here too.
 */
export async function recalledExamples(
  model: TaughtModel,
  prompts: readonly string[],
  { pictures, drawingSteps, guidanceScale }: RecallOptions,
  { turn, onPreparing }: LessonHooks,
): Promise<Examples> {
  const { drawing = { steps: drawingSteps, guidanceScale } } = model.base.folder;
  const latents: Tensor<'float32'>[] = [];
  const captions: Examples['captions'][number][] = [];
  for (let picture = 0; picture < pictures; picture++) {
    const prompt = prompts[picture % prompts.length] as string;
    const request = {
      prompt,
      negativePrompt: '',
      count: 1,
      seed: picture,
      steps: Math.min(drawingSteps, drawing.steps),
      guidanceScale: Math.min(guidanceScale, drawing.guidanceScale),
      sampler: model.base.folder.sampler,
    };
    const drawn = await draw(model, request, { turn, onStep() {} });
    latents.push(drawn.latents);
    captions.push(encodeAll(model.tokenizer, [prompt]));
    onPreparing('recalling', picture + 1, pictures);
  }
  return { latents: joinTensors(latents), captions };
}
