import type { TaughtModel } from '../../diffusion/taught-model.ts';
import { adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import { createRandom } from '../../random.ts';
import { wholeDelta } from '../deltas.ts';
import { conceptOf, lessonOnBase } from '../lesson-model.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { optionsFor } from '../stable-diffusion.ts';
import { createBatches } from '../training/batches.ts';
import { withoutStartToken } from '../training/start-token.ts';
import { createTokenUpdate, shortTraining } from '../training/token-update.ts';
import { train } from '../training/train.ts';
import type { Update } from '../training/update.ts';
import {
  joinedBatches,
  type PriorOptions,
  priorExamples,
  variedExamples,
} from './custom-diffusion/examples.ts';
import { merge } from './custom-diffusion/merge.ts';

/** Rates are AdamW's learning rates; each falls linearly towards 0 over the steps. */
export interface CustomDiffusionOptions extends PriorOptions {
  readonly steps: number;
  /** Even: one half is taught pictures, the other the class's. */
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
  /** Factor on the loss of the class's pictures; that of the taught ones has 1. */
  readonly priorWeight: number;
  /** Scaled and placed pictures to train on. */
  readonly variants: number;
}

export const customDiffusionDefaults: CustomDiffusionOptions = {
  steps: 300,
  batch: 8,
  weightRate: 1.5e-3,
  embeddingRate: 6e-2,
  priorWeight: 1,
  variants: 60,
  priorPictures: 24,
  drawingSteps: 15,
  guidanceScale: 5,
};

/**
 * For Stable Diffusion, the authors' own (adobe-research/custom-diffusion, and its command in huggingface/diffusers): on one GPU
 * 500 steps of 2 + 2 pictures, weights and token alike at 1e-5 times 2 pictures times 2 halves; 200 pictures of the class with
 * guidance 6. Ours: 25 steps for each of these in place of 50, which a sampler without added noise does not need.
 */
export const customDiffusionOnStableDiffusion: Partial<CustomDiffusionOptions> = {
  steps: 500,
  batch: 4,
  weightRate: 4e-5,
  embeddingRate: 4e-5,
  priorPictures: 200,
  drawingSteps: 25,
  guidanceScale: 6,
};

const starts = { defaults: customDiffusionDefaults, onStableDiffusion: customDiffusionOnStableDiffusion };

const name = 'custom-diffusion';

/**
 * Custom Diffusion (Kumari et al. 2023): trains all key and value weights of the cross-attention and the embedding of one new
 * token, beside pictures of the class that keep it what it was; several concepts are merged in closed form.
 * From the paper and the authors' code: what trains; scaled and placed pictures whose captions say so, the loss taken where
 * the picture is (`custom-diffusion/augment.ts`); as many pictures of the class in each batch, drawn by the base model, at
 * equal weight (`examples.ts`); no gradient to keys and values through the start token; lessons that know nothing of each
 * other, all on the base model; the merge (`merge.ts`).
 * Ours: the token starts as the class word and not as a rare one, which a small vocabulary has not; on the bundled
 * model 24 pictures of the class in place of 200, for prompts that vary it in place of one; 60 variants of the pictures
 * made once in place of one for each use, counting by the room that the picture takes in them; on the bundled model 300
 * steps of 4 + 4 pictures at rates (docs/methods.md) that fall to nothing, where the paper takes 250 to 500 of 2 + 2 to
 * 4 + 4 at a constant 4e-5 to 8e-5 for all; no weight decay, so that no other embedding shrinks; the merge has a ridge,
 * which lets what a concept's name gives be what was taught nearly and not exactly; a single concept is not merged with
 * anything.
 */
export function createCustomDiffusion(options: Partial<CustomDiffusionOptions> = {}): Method {
  return {
    name,
    mention: (token, classWord) => `${token} ${classWord}`,
    teach: (lesson, hooks) => teach(optionsFor(lesson.model.base, starts, options), lesson, hooks),
    fuse: (model, concepts, turns) => merge(model, concepts, turns),
  };
}

export default createCustomDiffusion();

async function teach(options: CustomDiffusionOptions, lesson: Lesson, hooks: LessonHooks): Promise<Learned> {
  const model = lessonOnBase(lesson);
  const { base, embedding, token } = model;
  const { batch, variants, weightRate, embeddingRate, priorWeight } = options;
  const random = createRandom(lesson.seed);
  const prior = await priorExamples(lesson, options, hooks);
  const taught = await variedExamples(lesson, model, variants, random, hooks);
  const half = batch / 2;
  const trained = await train(
    {
      model,
      batches: joinedBatches(
        createBatches(model, taught, half, random),
        createBatches(model, prior, half, random),
        priorWeight,
      ),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [createDenseUpdate(model, weightRate), createTokenUpdate([embedding], token, embeddingRate)],
      adjust: withoutStartToken,
      weighted: true,
    },
    hooks,
  );
  const deltas = new Map(
    base.heads.map((head) => {
      const [from, to] = [base.baseWeights, model.weights].map((all) => all.get(head.name) as Float32Array);
      return [head.name, wholeDelta(head, from as Float32Array, to as Float32Array)];
    }),
  );
  const neurons = base.counts.keyValueParameters;
  return { concept: conceptOf(name, lesson, { embedding, deltas }), neurons, ...trained };
}

/** AdamW on every key and value weight. */
function createDenseUpdate({ weights }: TaughtModel, rate: number): Update {
  const states = new Map([...weights].map(([head, { length }]) => [head, createAdamWState(length)]));
  return {
    trained: new Map(
      [...states].map(([head, moments]) => [head, { values: weights.get(head) as Float32Array, moments }]),
    ),
    apply({ gradients }, _encodings, remaining) {
      for (const [head, state] of states) {
        const slopes = gradients.weights.get(head) as Float32Array;
        const options = { ...shortTraining, learningRate: rate * remaining };
        adamWStep(weights.get(head) as Float32Array, slopes, state, options);
      }
    },
  };
}
