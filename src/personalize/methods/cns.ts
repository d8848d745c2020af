import { createRandom } from '../../diffusion/noise.ts';
import { openTraining } from '../../diffusion/training.ts';
import { conceptOf, lessonModel } from '../lesson-model.ts';
import { conceptNeurons } from '../neurons/concept-neurons.ts';
import { encodeAll } from '../texts.ts';
import { createBatches } from '../training/batches.ts';
import { createMaskedUpdate } from '../training/masked-update.ts';
import { type PreservationStrengths, preservation } from '../training/preservation.ts';
import { withoutStartToken } from '../training/start-token.ts';
import type { Learned, Lesson, LessonHooks, Method } from './method.ts';

/** Our choices where the paper says nothing; see docs/cns.md. */
export interface CnsOptions extends PreservationStrengths {
  /** Concept neurons as a share of the model's parameters; the paper reports about 0.13 %. */
  readonly share: number;
  readonly steps: number;
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
}

export const cnsDefaults: CnsOptions = {
  share: 0.0013,
  steps: 300,
  batch: 8,
  weightRate: 2e-3,
  embeddingRate: 2e-2,
  classStrength: 3,
  earlierStrength: 3,
};

/** Steps at either end of a lesson whose mean loss is told. */
const reportedSteps = 20;

/**
 * Concept Neuron Selection (Liao et al. 2025): trains only the key and value weights that answer to the concept's
 * captions and not to prompts in general, and the token's embedding. Weights of different concepts are disjoint.
 */
export function createCns(options: Partial<CnsOptions> = {}): Method {
  const settings = { ...cnsDefaults, ...options };
  return { name: 'cns', teach: (lesson, hooks) => teach(settings, lesson, hooks) };
}

async function teach(options: CnsOptions, lesson: Lesson, hooks: LessonHooks): Promise<Learned> {
  const model = lessonModel(lesson);
  const { base, tokenizer } = model;
  const selection = await conceptNeurons(lesson, model, options.share, hooks);
  const penalties = await preservation(lesson, model, selection, options, hooks);
  const latents = await hooks.turn(() => base.autoencoder.encode(lesson.pictures));
  const examples = { latents, captions: lesson.captions.map((texts) => encodeAll(tokenizer, texts)) };
  const batches = createBatches(model, examples, options.batch, createRandom(lesson.seed));
  const token = tokenizer.addToken(lesson.token);
  const update = createMaskedUpdate({ ...options, model, selection, penalties, token });
  const steps = lesson.steps ?? options.steps;
  const losses: number[] = [];
  const training = await hooks.turn(() => openTraining(base, options.batch));
  try {
    for (let step = 0; step < steps; step++) {
      await hooks.turn(async () => {
        const batch = batches.next();
        const result = await training.step(batch, model.weights, withoutStartToken);
        update(result, batch.encodings, 1 - step / steps);
        losses.push(result.loss);
      });
      await hooks.onStep(step + 1, steps, mean(losses.slice(-reportedSteps)), model);
    }
  } finally {
    await training.release();
  }
  return {
    concept: conceptOf(lesson, model, selection),
    neurons: selection.count,
    overlap: selection.overlap,
    steps,
    lossFirst: mean(losses.slice(0, reportedSteps)),
    lossLast: mean(losses.slice(-reportedSteps)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
