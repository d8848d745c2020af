import { createRandom } from '../../diffusion/noise.ts';
import { embed, type TaughtModel } from '../../diffusion/taught-model.ts';
import type { KeysAndValues } from '../../diffusion/text-side.ts';
import type { Encoding, Tokenizer } from '../../diffusion/tokenizer.ts';
import { type DenoisingStep, openTraining, type Training } from '../../diffusion/training.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import { adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import { type Batch, createBatches, type Examples } from '../batches.ts';
import { calibrationPrompts, preservationPrompts } from '../captions/calibration.ts';
import { templates } from '../captions/template.ts';
import type { ConceptWeights, SparseWeights } from '../concept-file.ts';
import { placeInOut } from '../concepts.ts';
import { type HeadRanks, type Selection, selectNeurons } from '../neurons/select.ts';
import { featureNorms, worstRanks } from '../neurons/wanda.ts';
import { gramOf, type HeadPenalty, headPenalty, type Reference } from '../preservation.ts';
import type { Learned, Lesson, LessonHooks, Method } from './method.ts';

/** Our choices where the paper says nothing; see docs/cns.md. */
export interface CnsOptions {
  /** Concept neurons as a share of the model's parameters; the paper reports about 0.13 %. */
  readonly share: number;
  readonly steps: number;
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
  /** Strengths of the pull towards the pretrained keys and values of class-word prompts, and towards earlier concepts'. */
  readonly classStrength: number;
  readonly earlierStrength: number;
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

/**
 * Concept Neuron Selection (Liao et al. 2025): trains only the key and value weights that answer to the concept's
 * captions and not to prompts in general, and the token's embedding. Weights of different concepts are disjoint.
 */
export function createCns(options: Partial<CnsOptions> = {}): Method {
  const settings = { ...cnsDefaults, ...options };
  return { name: 'cns', teach: (lesson, hooks) => teach(settings, lesson, hooks) };
}

async function teach(options: CnsOptions, lesson: Lesson, hooks: LessonHooks): Promise<Learned> {
  const model = withToken(lesson);
  const { base } = model;
  const selection = await select(options, lesson, model, hooks);
  const penalties = await preserve(options, lesson, model, selection, hooks);
  const latents = await hooks.turn(() => base.autoencoder.encode(lesson.pictures));
  const examples = { latents, captions: lesson.captions.map((texts) => encodeAll(model.tokenizer, texts)) };
  const training = await hooks.turn(() => openTraining(base, options.batch));
  try {
    const steps = lesson.steps ?? options.steps;
    const losses = await train(
      { ...options, steps },
      lesson,
      model,
      examples,
      selection,
      penalties,
      training,
      hooks,
    );
    return {
      concept: conceptOf(lesson, model, selection),
      neurons: selection.count,
      overlap: selection.overlap,
      steps,
      lossFirst: mean(losses.slice(0, reportedSteps)),
      lossLast: mean(losses.slice(-reportedSteps)),
    };
  } finally {
    await training.release();
  }
}

const reportedSteps = 20;

/** The server's model with weights of its own to train, and with the new token starting as its class word. */
function withToken({ model, token, classWord }: Lesson): TaughtModel {
  const tokenizer = model.tokenizer.copy();
  const { ids, length } = tokenizer.encode(classWord);
  const rows = Array.from(
    ids.slice(1, length - 1),
    (id) => model.base.embeddings.row(id) ?? model.added.get(id),
  );
  const start = new Float32Array(model.base.embeddings.width);
  for (const row of rows)
    row?.forEach((value, i) => {
      start[i] = (start[i] as number) + value / rows.length;
    });
  const added = new Map(model.added).set(tokenizer.addToken(token), start);
  return {
    ...model,
    tokenizer,
    added,
    weights: new Map([...model.weights].map(([name, values]) => [name, values.slice()])),
  };
}

async function select(
  options: CnsOptions,
  lesson: Lesson,
  model: TaughtModel,
  hooks: LessonHooks,
): Promise<Selection> {
  const { base, tokenizer } = model;
  const knows = (word: string) => tokenizer.encode(word).length === 3;
  const concept = await normsOf(model, [...new Set(lesson.captions.flat())], hooks);
  const general = await normsOf(model, calibrationPrompts(knows), hooks);
  const ranks: HeadRanks[] = [];
  for (const head of base.heads) {
    const weights = base.baseWeights.get(head.name) as Float32Array;
    ranks.push(
      await hooks.turn(() => ({
        head,
        concept: worstRanks(head, weights, concept),
        general: worstRanks(head, weights, general),
        taken: takenOf(head, lesson.earlier),
      })),
    );
    hooks.onSelecting(ranks.length, base.heads.length);
  }
  return selectNeurons(ranks, Math.round(options.share * base.counts.parameters));
}

async function normsOf(
  model: TaughtModel,
  texts: readonly string[],
  hooks: LessonHooks,
): Promise<readonly Float32Array[]> {
  const norms: Float32Array[] = [];
  for (const group of inGroups(encodeAll(model.tokenizer, texts))) {
    norms.push(
      ...featureNorms(await hooks.turn(() => model.base.textSide.states(embed(model, group))), group),
    );
  }
  return norms;
}

function takenOf(head: Head, earlier: readonly ConceptWeights[]): Uint8Array {
  const taken = new Uint8Array(head.inFeatures * head.outFeatures);
  for (const concept of earlier) {
    concept.heads.get(head.name)?.indices.forEach((place) => {
      taken[placeInOut(place, head)] = 1;
    });
  }
  return taken;
}

/** Ties class-word prompts to the pretrained model, and the server's earlier concepts to what they are now. */
async function preserve(
  options: CnsOptions,
  { classWord, kind, earlier }: Lesson,
  model: TaughtModel,
  selection: Selection,
  hooks: LessonHooks,
): Promise<ReadonlyMap<string, HeadPenalty>> {
  const { base } = model;
  const before = new Map([...model.weights].map(([name, values]) => [name, values.slice()]));
  const gram = async (texts: readonly string[]) => {
    const states: Tensor[] = [];
    for (const group of inGroups(encodeAll(model.tokenizer, texts))) {
      states.push(await hooks.turn(() => base.textSide.states(embed(model, group))));
    }
    return hooks.turn(() => gramOf(states));
  };
  const references: Reference[] = [
    {
      gram: await gram(['', ...preservationPrompts(classWord, kind)]),
      weights: base.baseWeights,
      strength: options.classStrength,
    },
  ];
  const prompts = earlier.flatMap((concept) =>
    templates({ ...concept, kind: concept.kind as Lesson['kind'], pictures: [] }).slice(0, promptsOfEarlier),
  );
  if (prompts.length > 0)
    references.push({ gram: await gram(prompts), weights: before, strength: options.earlierStrength });
  const entries = base.heads.map(async (head) => {
    const neurons = selection.neurons.get(head.name) as Uint32Array;
    const fixed = before.get(head.name) as Float32Array;
    return [
      head.name,
      await hooks.turn(() => headPenalty(head, neurons, fixed, references, base.heads.length)),
    ] as const;
  });
  return new Map(await Promise.all(entries));
}

const promptsOfEarlier = 4;

async function train(
  options: CnsOptions,
  lesson: Lesson,
  model: TaughtModel,
  examples: Examples,
  selection: Selection,
  penalties: ReadonlyMap<string, HeadPenalty>,
  training: Training,
  hooks: LessonHooks,
): Promise<readonly number[]> {
  const random = createRandom(lesson.seed);
  const batches = createBatches(model, examples, options.batch, random);
  const id = model.tokenizer.addToken(lesson.token);
  const embedding = model.added.get(id) as Float32Array;
  const update = createUpdate(options, model, selection, penalties, embedding, id);
  const losses: number[] = [];
  for (let step = 0; step < options.steps; step++) {
    await hooks.turn(async () => {
      const batch = batches.next();
      const result = await training.step(batch, model.weights, withoutStartToken);
      update(result, batch, 1 - step / options.steps);
      losses.push(result.loss);
    });
    await hooks.onStep(step + 1, options.steps, mean(losses.slice(-reportedSteps)), model);
  }
  return losses;
}

/** The start token's states are the same for every prompt, so what it teaches would be taught to all of them. */
function withoutStartToken(cotangents: KeysAndValues): KeysAndValues {
  for (const { dims, data } of Object.values(cotangents)) {
    const [batch = 0, tokens = 0, width = 0] = dims;
    for (let entry = 0; entry < batch; entry++)
      (data as Float32Array).fill(0, entry * tokens * width, (entry * tokens + 1) * width);
  }
  return cotangents;
}

type Update = (step: DenoisingStep, batch: Batch, remaining: number) => void;

/** AdamW on the selected weights and the embedding alone; every other weight keeps its bits. */
function createUpdate(
  options: CnsOptions,
  model: TaughtModel,
  selection: Selection,
  penalties: ReadonlyMap<string, HeadPenalty>,
  embedding: Float32Array,
  id: number,
): Update {
  const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 };
  const embeddingState = createAdamWState(embedding.length);
  const heads = model.base.heads.map((head) => {
    const neurons = selection.neurons.get(head.name) as Uint32Array;
    const matrix = model.weights.get(head.name) as Float32Array;
    const values = Float32Array.from(neurons, (index) => matrix[index] as number);
    return {
      name: head.name,
      neurons,
      matrix,
      values,
      state: createAdamWState(neurons.length),
      penalty: penalties.get(head.name),
    };
  });

  return ({ gradients }, { encodings }, remaining) => {
    for (const { name, neurons, matrix, values, state, penalty } of heads) {
      const dense = gradients.weights.get(name) as Float32Array;
      const gradient = Float32Array.from(neurons, (index) => dense[index] as number);
      penalty?.add(values, gradient);
      adamWStep(values, gradient, state, { ...adam, learningRate: options.weightRate * remaining });
      neurons.forEach((index, i) => {
        matrix[index] = values[i] as number;
      });
    }
    const gradient = embeddingGradient(gradients.embeddings, encodings, id);
    adamWStep(embedding, gradient, embeddingState, {
      ...adam,
      learningRate: options.embeddingRate * remaining,
    });
  };
}

/** Sum of dLoss/d(token embeddings) over the places where the token stands. */
function embeddingGradient(embeddings: Tensor, encodings: readonly Encoding[], id: number): Float32Array {
  const [, tokens = 0, width = 0] = embeddings.dims;
  const gradient = new Float32Array(width);
  encodings.forEach(({ ids }, entry) => {
    ids.forEach((candidate, token) => {
      if (candidate !== id) return;
      const start = (entry * tokens + token) * width;
      for (let i = 0; i < width; i++)
        gradient[i] = (gradient[i] as number) + (embeddings.data[start + i] as number);
    });
  });
  return gradient;
}

function conceptOf(lesson: Lesson, model: TaughtModel, selection: Selection): ConceptWeights {
  const { base } = model;
  const heads = new Map<string, SparseWeights>();
  for (const head of base.heads) {
    const matrix = model.weights.get(head.name) as Float32Array;
    const places = Array.from(selection.neurons.get(head.name) as Uint32Array, (index) => ({
      place: (index % head.outFeatures) * head.inFeatures + Math.floor(index / head.outFeatures),
      value: matrix[index] as number,
    })).sort((a, b) => a.place - b.place);
    heads.set(head.name, {
      indices: Uint32Array.from(places, ({ place }) => place),
      values: Float32Array.from(places, ({ value }) => value),
    });
  }
  const { token, classWord, kind } = lesson;
  const embedding = model.added.get(model.tokenizer.addToken(token)) as Float32Array;
  return { token, classWord, kind, model: base.folder.id, embedding, heads };
}

const encodedTogether = 16;

function encodeAll(tokenizer: Tokenizer, texts: readonly string[]): readonly Encoding[] {
  return texts.map((text) => tokenizer.encode(text));
}

function inGroups<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / encodedTogether) }, (_, i) =>
    items.slice(i * encodedTogether, (i + 1) * encodedTogether),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
