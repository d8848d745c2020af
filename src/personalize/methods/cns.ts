import { createRandom } from '../../diffusion/noise.ts';
import { conceptOf, lessonModel, selectedWeights } from '../lesson-model.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { conceptNeurons } from '../neurons/concept-neurons.ts';
import { encodeAll } from '../texts.ts';
import { createBatches } from '../training/batches.ts';
import { createMaskedUpdate } from '../training/masked-update.ts';
import { type PreservationStrengths, preservation } from '../training/preservation.ts';
import { withoutStartToken } from '../training/start-token.ts';
import { train } from '../training/train.ts';

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
  weightRate: 5e-3,
  embeddingRate: 6e-2,
  classStrength: 0.15,
  earlierStrength: 0.2,
};

/**
 * Concept Neuron Selection (Liao et al. 2025): trains only the key and value weights that answer to the concept's
 * captions and not to prompts in general, and the token's embedding. Weights of different concepts are disjoint, so
 * that composing is putting each in its place. What is the paper's and what is ours: docs/cns.md.
 */
export function createCns(options: Partial<CnsOptions> = {}): Method {
  const settings = { ...cnsDefaults, ...options };
  return {
    name: 'cns',
    mention: (token, classWord) => `${token} ${classWord}`,
    teach: (lesson, hooks) => teach(settings, lesson, hooks),
  };
}

export default createCns();

async function teach(options: CnsOptions, lesson: Lesson, hooks: LessonHooks): Promise<Learned> {
  const model = lessonModel(lesson);
  const { base, tokenizer, token } = model;
  const selection = await conceptNeurons(lesson, model, options.share, hooks);
  const penalties = await preservation(lesson, model, selection, options, hooks);
  const latents = await hooks.turn(() => base.autoencoder.encode(lesson.pictures));
  const examples = { latents, captions: lesson.captions.map((texts) => encodeAll(tokenizer, texts)) };
  const trained = await train(
    {
      model,
      batches: createBatches(model, examples, options.batch, createRandom(lesson.seed)),
      batch: options.batch,
      steps: lesson.steps ?? options.steps,
      updates: [createMaskedUpdate({ ...options, model, selection, penalties, token })],
      adjust: withoutStartToken,
    },
    hooks,
  );
  const { embedding } = model;
  const concept = conceptOf('cns', lesson, { embedding, heads: selectedWeights(model, selection) });
  return { concept, neurons: selection.count, overlap: selection.overlap, ...trained };
}
