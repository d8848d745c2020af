import type { HeadWeights } from '../../diffusion/heads.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { TokenWeights } from '../../diffusion/token-weights.ts';
import { createRandom } from '../../random.ts';
import { tieTo } from '../captions/seen.ts';
import { meanEmbedding } from '../class-embedding.ts';
import type { ConceptWeights } from '../concept-file.ts';
import { amongOthers } from '../concepts.ts';
import {
  conceptOf,
  type LessonModel,
  lessonModel,
  randomEmbedding,
  selectedWeights,
} from '../lesson-model.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { conceptNeurons, type SelectionOptions, selectionDefaults } from '../neurons/concept-neurons.ts';
import { noNeurons, type Selection } from '../neurons/select.ts';
import { type OfWidth, optionsFor, type Starts } from '../stable-diffusion.ts';
import { aroundToken, learningToken } from '../training/around-token.ts';
import { createBatches, type Examples, taughtExamples } from '../training/batches.ts';
import type { Course } from '../training/course.ts';
import { createMaskedUpdate } from '../training/masked-update.ts';
import { type PreservationStrengths, preservation } from '../training/preservation.ts';
import { train } from '../training/train.ts';
import type { Trained, Update } from '../training/update.ts';

/** Our choices where the paper says nothing; see docs/cns.md. */
export interface CnsOptions extends SelectionOptions, PreservationStrengths {
  /** What trains: the concept neurons, the token's embedding, or both. */
  readonly trained: 'both' | 'weights' | 'embedding';
  readonly steps: number;
  readonly batch: number;
  /** AdamW's learning rates; each falls linearly towards 0 over the steps. */
  readonly weightRate: number;
  readonly embeddingRate: number;
  /** Where a concept's weights are in place: where its token stands, or in every prompt at every position, as in the paper. */
  readonly reach: 'token' | 'everywhere';
  /** Positions after the token at which weights and embedding learn too, and are in place: 1 is the class word where that is one token, or "style". */
  readonly following: number;
  /** Length of a subject's random start embedding, in multiples of the model's own; 0 starts it as its class word, as everything else. */
  readonly apart: number;
  /** How much stays of what weights at the token learned: W + strength·(W′ − W). All of it where they are in place everywhere. */
  readonly strength: number;
}

/** Of the lesson's random numbers, so that the batches' own do not change with them. */
const startStream = 1;

export const cnsDefaults: CnsOptions = {
  ...selectionDefaults,
  trained: 'both',
  steps: 300,
  batch: 8,
  weightRate: 3e-2,
  embeddingRate: 6e-2,
  reach: 'token',
  following: 1,
  apart: 0,
  strength: 0.85,
  classStrength: 0.1,
  earlierStrength: 1.5,
};

/**
 * For Stable Diffusion, from the literature, as its weights were not at hand to measure: as many steps and pictures as
 * Mix-of-Show takes, and its rate for tokens (TencentARC/Mix-of-Show: 1e-3, falling linearly, 500 steps of 1 on each of
 * two GPUs). A step of AdamW moves a key by up to rate·Σ|c_j| over the weights w_j that train. Custom Diffusion's
 * effective rate for all of them is 4e-5 (adobe-research/custom-diffusion, one GPU); of CNS's, of which one in 15
 * trains, 15 times that is as long a step, and this a little less. All other options are shares or multiples of the
 * model's own numbers and stay. See docs/cns.md.
 */
export const cnsOnStableDiffusion = {
  steps: 500,
  batch: 2,
  weightRate: 5e-4,
  embeddingRate: 1e-3,
} as const satisfies Partial<CnsOptions>;

const cnsStarts: Starts<CnsOptions> = { defaults: cnsDefaults, onStableDiffusion: cnsOnStableDiffusion };

/** What CNS teaches a model with, where nothing is chosen. */
export function cnsOptionsFor(base: OfWidth): CnsOptions {
  return optionsFor(base, cnsStarts, {});
}

/**
 * Where the paper's concepts have their weights: in place for every prompt, and none shared, which takes the regulariser. What
 * stands for itself then has to start apart from its class word, or the class word shows it too.
 */
export const asPublished = { reach: 'everywhere', disjoint: true, apart: 24 } as const;

/**
 * Concept Neuron Selection (Liao et al. 2025): trains only the key and value weights that answer to the concept's
 * captions and not to prompts in general, and the token's embedding. A prompt reads them where the token stands, so
 * that there is nothing to compose. What is the paper's and what is ours: docs/cns.md.
 * @param name that of the file which has it
 * @param starts what holds where `options` say nothing; `reach` and `disjoint` are the same on every model
 */
export function createCns(options: Partial<CnsOptions> = {}, name = 'cns', starts = cnsStarts): Method {
  const { reach, disjoint } = { ...starts.defaults, ...options };
  return {
    name,
    mention: (token, classWord) => `${token} ${classWord}`,
    heedsEarlier: reach === 'everywhere' || disjoint,
    teach: (lesson, hooks) => teach(name, optionsFor(lesson.model.base, starts, options), lesson, hooks),
  };
}

export default createCns();

async function teach(
  name: string,
  options: CnsOptions,
  lesson: Lesson,
  hooks: LessonHooks,
): Promise<Learned> {
  const { trained, batch } = options;
  const atToken = options.reach === 'token';
  const untouched = atToken ? lesson.model.weights : undefined;
  const model = lessonModel(lesson, startOf(lesson, options), untouched);
  const { base, token, embedding } = model;
  const selection =
    trained === 'embedding' ? noNeurons(base.heads) : await conceptNeurons(lesson, model, options, hooks);
  const penalties = atToken ? new Map() : await preservation(lesson, model, selection, options, hooks);
  const examples = await taughtExamples(lesson, model, hooks);
  const embeddingRate = trained === 'weights' ? 0 : options.embeddingRate;
  const update = createMaskedUpdate({
    ...options,
    embeddingRate,
    model,
    selection,
    penalties,
    token,
    atToken,
  });
  const kept = (share: number) => keptOf(lesson.model.weights, selection, update, share);
  const begun = { lesson, model, options, selection, examples, kept };
  const { answering, shown, strength, ...reach } = atToken ? atItsToken(begun) : everywhere(begun);
  const course = await train(
    {
      model: answering,
      batches: createBatches(answering, examples, batch, createRandom(lesson.seed)),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [update],
      ...reach.learning,
    },
    { ...hooks, onStep: (step, of, loss) => hooks.onStep(step, of, loss, shown) },
  );
  const heads = selectedWeights(model, selection, kept(strength));
  const concept = conceptOf(name, lesson, { embedding, heads, ...reach.concept });
  const { count, overlap } = selection;
  return { concept, neurons: count, ...(overlap !== undefined && { overlap }), ...course };
}

/** What a lesson has when its training begins. */
interface Begun {
  readonly lesson: Lesson;
  readonly model: LessonModel;
  readonly options: CnsOptions;
  readonly selection: Selection;
  readonly examples: Examples;
  /** A share of what the neurons have learned by now, see {@link keptOf}. */
  readonly kept: (share: number) => ReadonlyMap<string, Float32Array>;
}

/** Where a lesson's weights are in place. */
interface Reach {
  /** What answers in training. */
  readonly answering: TaughtModel;
  /** What previews are drawn with. */
  readonly shown: TaughtModel;
  /** How much of what was learned the concept keeps. */
  readonly strength: number;
  readonly learning: Pick<Course, 'atToken' | 'adjust'>;
  readonly concept: Pick<ConceptWeights, 'following'>;
}

/** At the positions of the token alone: a training sees all that was learned there, and what is drawn the share that is kept. */
function atItsToken({ lesson, model, options, selection, examples, kept }: Begun): Reach {
  const { following, strength } = options;
  const own = withOwn(model, selection, kept(1), { following });
  const answering = { ...model, own };
  const standIn = meanEmbedding(lesson.model, lesson.classWord);
  return {
    answering,
    // A getter, since it copies all neurons, and few steps show a preview.
    shown: {
      ...answering,
      get own() {
        return withOwn(model, selection, kept(strength), { following, amongOthers, standIn });
      },
    },
    strength,
    learning: { atToken: learningToken(model.token, own, examples) },
    concept: { following },
  };
}

/** At every position of every prompt: in the matrices themselves. */
function everywhere({ model, options: { following } }: Begun): Reach {
  const learning = { adjust: aroundToken(model.token, following) };
  return { answering: model, shown: model, strength: 1, learning, concept: {} };
}

/** The server's tokens with weights of their own and this lesson's. */
function withOwn(
  { own, token }: LessonModel,
  { neurons }: Selection,
  values: ReadonlyMap<string, Float32Array>,
  read: Omit<TokenWeights, 'heads'>,
): ReadonlyMap<number, TokenWeights> {
  const heads = [...neurons].map(
    ([name, indices]) => [name, { indices, values: values.get(name) as Float32Array }] as const,
  );
  return new Map(own).set(token, { ...read, heads: new Map(heads) });
}

/** A share of what the neurons have learned so far, by head: all of it is the very arrays that train. */
function keptOf(
  start: HeadWeights,
  { neurons }: Selection,
  { trained }: Update,
  share: number,
): ReadonlyMap<string, Float32Array> {
  const kept = [...neurons].map(([name, indices]) => {
    const before = start.get(name) as Float32Array;
    const { values } = trained.get(name) as Trained;
    if (share === 1) return [name, values] as const;
    const part = new Float32Array(values.length);
    for (let i = 0; i < part.length; i++) {
      const from = before[indices[i] as number] as number;
      part[i] = from + share * ((values[i] as number) - from);
    }
    return [name, part] as const;
  });
  return new Map(kept);
}

/**
 * An embedding so long that the token's text states lie where those of no prompt without it do; undefined where the class word is to
 * be the start, as it always is for styles, places and what is worn or held: it has to say how they go with others.
 */
function startOf(lesson: Lesson, options: Pick<CnsOptions, 'apart'>): Float32Array | undefined {
  const { model, kind, classWord, seed } = lesson;
  if (options.apart === 0 || kind !== 'subject' || tieTo(classWord) !== undefined) return undefined;
  return randomEmbedding(model, createRandom(seed, startStream)).map((value) => options.apart * value);
}
