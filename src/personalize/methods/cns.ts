import { createRandom } from '../../diffusion/noise.ts';
import { conceptOf, lessonModel, selectedWeights } from '../lesson-model.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { conceptNeurons, type SelectionOptions, selectionDefaults } from '../neurons/concept-neurons.ts';
import { noNeurons } from '../neurons/select.ts';
import { encodeAll } from '../texts.ts';
import { createBatches } from '../training/batches.ts';
import { createMaskedUpdate } from '../training/masked-update.ts';
import { type PreservationStrengths, preservation } from '../training/preservation.ts';
import { withoutStartToken } from '../training/start-token.ts';
import { train } from '../training/train.ts';

/** Our choices where the paper says nothing; see docs/cns.md. */
export interface CnsOptions extends SelectionOptions, PreservationStrengths {
  /** What trains: the concept neurons, the token's embedding, or both. */
  readonly trained: 'both' | 'weights' | 'embedding';
  readonly steps: number;
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
}

export const cnsDefaults: CnsOptions = {
  ...selectionDefaults,
  trained: 'both',
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
  const { trained, batch } = options;
  const model = lessonModel(lesson);
  const { base, tokenizer, token, embedding } = model;
  const selection =
    trained === 'embedding' ? noNeurons(base.heads) : await conceptNeurons(lesson, model, options, hooks);
  const penalties = await preservation(lesson, model, selection, options, hooks);
  const latents = await hooks.turn(() => base.autoencoder.encode(lesson.pictures));
  const examples = { latents, captions: lesson.captions.map((texts) => encodeAll(tokenizer, texts)) };
  const embeddingRate = trained === 'weights' ? 0 : options.embeddingRate;
  const course = await train(
    {
      model,
      batches: createBatches(model, examples, batch, createRandom(lesson.seed)),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [createMaskedUpdate({ ...options, embeddingRate, model, selection, penalties, token })],
      adjust: withoutStartToken,
    },
    hooks,
  );
  const concept = conceptOf('cns', lesson, { embedding, heads: selectedWeights(model, selection) });
  const { count, overlap } = selection;
  return { concept, neurons: count, ...(overlap !== undefined && { overlap }), ...course };
}
