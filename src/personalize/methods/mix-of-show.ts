import { inParts } from '../../diffusion/filled-up.ts';
import { attentionLayers, embedForLayer } from '../../diffusion/layered-text.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import { joinTensors } from '../../onnx/join.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import { createRandom } from '../../random.ts';
import { templates } from '../captions/template.ts';
import { type ConceptWeights, layered } from '../concept-file.ts';
import {
  deltaBytes,
  deltaProduct,
  factorCount,
  plusDeltas,
  plusMatrix,
  untrainedFactors,
} from '../deltas.ts';
import { conceptOf, lessonOnBase, randomEmbedding } from '../lesson-model.ts';
import { gram, type Matrix, product, solveSpd, stacked, transpose, withRidge } from '../linear-algebra.ts';
import type { Fused, Learned, Lesson, LessonHooks, Method, Turns } from '../method.ts';
import { optionsFor } from '../stable-diffusion.ts';
import { positionOf, textRows } from '../text-rows.ts';
import { encodeAll } from '../texts.ts';
import { createBatches, taughtExamples } from '../training/batches.ts';
import { createLowRankUpdate } from '../training/low-rank-update.ts';
import { createTokenUpdate } from '../training/token-update.ts';
import { train } from '../training/train.ts';

/** Rates are AdamW's learning rates; each falls linearly towards 0 over the `steps` steps of `batch` pictures. */
export interface MixOfShowOptions {
  readonly rank: number;
  readonly steps: number;
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
}

const mixOfShowDefaults: MixOfShowOptions = {
  rank: 4,
  steps: 300,
  batch: 8,
  weightRate: 3e-3,
  embeddingRate: 6e-2,
};

/**
 * For Stable Diffusion, the authors' own (TencentARC/Mix-of-Show): the U-Net's factors at 1e-4, tokens at 1e-3, both falling
 * linearly, 500 steps of 1 on each of two GPUs.
 */
const mixOfShowOnStableDiffusion: Partial<MixOfShowOptions> = {
  steps: 500,
  batch: 2,
  weightRate: 1e-4,
  embeddingRate: 1e-3,
};

const starts = { defaults: mixOfShowDefaults, onStableDiffusion: mixOfShowOnStableDiffusion };

const name = 'mix-of-show';
/** Of the mean of the Gram matrix' diagonal; chosen by measurement, see docs/methods.md. */
export const fusionRidge = 0.3;

/**
 * Mix-of-Show (Gu et al. 2023). Single concepts are taught as ED-LoRA: low-rank factors, and a token that has an embedding
 * of its own for each cross-attention layer. Several are fused by "gradient fusion": matrices W that do to the texts of
 * each concept what its own matrices did, min_W Σ_i ‖X_i·(W_0 + ΔW_i) − X_i·W‖²_F, X_i being text states of concept i.
 * From the paper: rank 4; layer-wise embeddings with a random start in front of the class word; lessons that know nothing of
 * each other, all on the base model; no pictures of the class; the objective of the fusion.
 * Ours: factors on keys and values alone, where the authors have them in the text encoder and in all attention layers, of which
 * fusing the U-Net's others needs pictures of them at work; the class word itself in place of a second token that starts as
 * it; the fusion in closed form, with a ridge that holds W near W_0 where the paper walks away from it with 50 steps of L-BFGS
 * and stops; texts by the captions' templates, from the token on; no attention regulariser, no dropped factors, and no end to
 * embeddings that grow long; on the bundled model 300 steps of 8 pictures.
 */
export function createMixOfShow(options: Partial<MixOfShowOptions> = {}): Method {
  return {
    name,
    mention: (token, classWord) => `${token} ${classWord}`,
    teach: (lesson, hooks) => teach(optionsFor(lesson.model.base, starts, options), lesson, hooks),
    fuse,
  };
}

export default createMixOfShow();

async function teach(options: MixOfShowOptions, lesson: Lesson, hooks: LessonHooks): Promise<Learned> {
  const random = createRandom(lesson.seed);
  const start = randomEmbedding(lesson.model, random);
  const plain = lessonOnBase(lesson, start);
  const rows = attentionLayers(plain.base.heads).map(() => start.slice());
  const model = { ...plain, layers: rows.map((row) => new Map([[plain.token, row]])) };
  const { base, token } = model;
  const { batch, rank, weightRate, embeddingRate } = options;
  const factors = new Map(base.heads.map((head) => [head.name, untrainedFactors(head, rank, random)]));
  const examples = await taughtExamples(lesson, model, hooks);
  const trained = await train(
    {
      model,
      batches: createBatches(model, examples, batch, random),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [
        createLowRankUpdate({
          model,
          start: base.baseWeights,
          factors,
          rate: weightRate,
          trainsDown: true,
        }),
        createTokenUpdate(rows, token, embeddingRate),
      ],
    },
    hooks,
  );
  const neurons = factorCount(factors, ['down', 'up']);
  return { concept: conceptOf(name, lesson, { ...layered(rows), deltas: factors }), neurons, ...trained };
}

/** A single concept keeps its own matrices; several are fitted, layer by layer. */
async function fuse(
  model: TaughtModel,
  concepts: readonly ConceptWeights[],
  { turn }: Turns,
): Promise<Fused> {
  const { base } = model;
  const deltas = deltaBytes(concepts);
  if (concepts.length === 1)
    return { weights: await turn(() => plusDeltas(model.weights, base.heads, concepts)), bytes: deltas };
  const weights = new Map(model.weights);
  let working = 0;
  for (const [layer, heads] of attentionLayers(base.heads).entries()) {
    const features: Matrix[] = [];
    for (const concept of concepts) features.push(await turn(() => featuresOf(model, concept, layer)));
    for (const head of heads) {
      const targets = features.map((rows, i) => deltaProduct(rows, head, concepts[i]?.deltas.get(head.name)));
      const change = await turn(() => leastChange(stacked(features), stacked(targets)));
      weights.set(head.name, plusMatrix(model.weights.get(head.name) as Float32Array, change));
      working = Math.max(working, workingBytes(head, features));
    }
  }
  return { weights, bytes: deltas + working };
}

/** Text states of a concept's prompts as one layer reads them, from the token on; as many prompts at a time as a GPU is ready for. */
async function featuresOf(model: TaughtModel, concept: ConceptWeights, layer: number): Promise<Matrix> {
  const { textSide, trunk } = model.base;
  const encodings = encodeAll(model.tokenizer, templates(concept));
  const states: Tensor<'float32'>[] = [];
  for (const part of inParts(encodings, trunk.readyBatch ?? encodings.length))
    states.push((await textSide.states(embedForLayer(model, part, layer))) as Tensor<'float32'>);
  const token = model.tokenizer.addToken(concept.token);
  const span = (encoding: Encoding) => [positionOf(encoding, token), encoding.ids.length] as const;
  return textRows(joinTensors(states), encodings, span);
}

/**
 * D with the least ‖X·D − R‖²_F + ε·‖D‖²_F: (XᵀX + ε)⁻¹·XᵀR.
 * @param ridge ε, as a share of the mean of XᵀX's diagonal; towards 0 it gives the smallest of all D with the least ‖X·D − R‖²_F
 */
export function leastChange(features: Matrix, targets: Matrix, ridge = fusionRidge): Matrix {
  return solveSpd(withRidge(gram(features), ridge), product(transpose(features), targets));
}

/** Features and targets apart and stacked, the Gram matrix, that with its ridge, its factor, right side and solution, in float64. */
function workingBytes({ inFeatures, outFeatures }: Head, features: readonly Matrix[]): number {
  const rows = features.reduce((sum, part) => sum + part.rows, 0);
  const elements =
    rows * (3 * inFeatures + 2 * outFeatures) + 3 * inFeatures ** 2 + 2 * inFeatures * outFeatures;
  return elements * Float64Array.BYTES_PER_ELEMENT;
}
