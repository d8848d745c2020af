import { createRandom } from '../../random.ts';
import { conceptOf, lessonModel } from '../lesson-model.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { optionsFor } from '../stable-diffusion.ts';
import { createBatches, taughtExamples } from '../training/batches.ts';
import { createTokenUpdate } from '../training/token-update.ts';
import { train } from '../training/train.ts';

/** The rate is AdamW's learning rate; it falls linearly towards 0 over the `steps` steps of `batch` pictures. */
export interface TextualInversionOptions {
  readonly steps: number;
  readonly batch: number;
  readonly embeddingRate: number;
}

const textualInversionDefaults: TextualInversionOptions = {
  steps: 300,
  batch: 8,
  embeddingRate: 2e-2,
};

/**
 * For Stable Diffusion, from the literature: as TencentARC/Mix-of-Show trains Textual Inversion to compare with, 1e-3 falling
 * linearly, 500 steps of 1 on each of two GPUs. The authors' own is held constant for 6,100 steps of 2, at 5e-3 times the pictures of a
 * step: 1e-2.
 */
const textualInversionOnStableDiffusion: Partial<TextualInversionOptions> = {
  steps: 500,
  batch: 2,
  embeddingRate: 1e-3,
};

const starts = { defaults: textualInversionDefaults, onStableDiffusion: textualInversionOnStableDiffusion };

/**
 * Textual Inversion (Gal et al. 2023): nothing trains but one embedding, that of the new token, on the denoising loss.
 * From the paper: one vector that starts as the class word's (its "initializer word"), everything else frozen.
 * Ours: on the bundled model 300 steps of 8 pictures in place of some 5,000 of 2 to 4; AdamW without decay at a rate that
 * falls to nothing in place of a constant one, 5e-3 for each picture of a step; and captions that keep the class word
 * behind the token, as people write it, where the paper's token stands alone.
 */
export function createTextualInversion(options: Partial<TextualInversionOptions> = {}): Method {
  return {
    name: 'textual-inversion',
    mention: (token, classWord) => `${token} ${classWord}`,
    teach: (lesson, hooks) => teach(optionsFor(lesson.model.base, starts, options), lesson, hooks),
  };
}

export default createTextualInversion();

async function teach(
  { batch, embeddingRate, ...options }: TextualInversionOptions,
  lesson: Lesson,
  hooks: LessonHooks,
): Promise<Learned> {
  const model = lessonModel(lesson);
  const { embedding } = model;
  const examples = await taughtExamples(lesson, model, hooks);
  const trained = await train(
    {
      model,
      batches: createBatches(model, examples, batch, createRandom(lesson.seed)),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [createTokenUpdate([embedding], model.token, embeddingRate)],
    },
    hooks,
  );
  return { concept: conceptOf('textual-inversion', lesson, { embedding }), neurons: 0, ...trained };
}
