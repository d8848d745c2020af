import type { Head } from '../../onnx/cut/unet.ts';
import { createRandom } from '../../random.ts';
import { wholeWord } from '../captions/usable.ts';
import type { ConceptWeights } from '../concept-file.ts';
import {
  deltaBytes,
  deltaMatrix,
  factorCount,
  type LowRank,
  plusDeltas,
  untrainedFactors,
} from '../deltas.ts';
import { conceptOf, lessonModel, randomEmbedding } from '../lesson-model.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { optionsFor } from '../stable-diffusion.ts';
import { createBatches, taughtExamples } from '../training/batches.ts';
import { createLowRankUpdate } from '../training/low-rank-update.ts';
import { createTokenUpdate } from '../training/token-update.ts';
import { train } from '../training/train.ts';

/** Rates are AdamW's learning rates; each falls linearly towards 0 over the `steps` steps of `batch` pictures. */
export interface CLoraOptions {
  readonly rank: number;
  readonly steps: number;
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
  /** λ of the penalty on places that earlier concepts changed. */
  readonly strength: number;
}

const cLoraDefaults: CLoraOptions = {
  rank: 16,
  steps: 300,
  batch: 8,
  weightRate: 2e-3,
  embeddingRate: 6e-2,
  strength: 0.5,
};

/**
 * For Stable Diffusion: rates, steps and batch of the factors and tokens of Mix-of-Show (TencentARC/Mix-of-Show), as
 * the paper's own were found only second-hand: some 2,000 steps at 5e-6, λ of 1e6 to 1e8. The penalty goes with the
 * fourth power of how far weights move, which by our estimate is about a hundredth as far as in the bundled model; the
 * least of the paper's λ makes up for that.
 */
const cLoraOnStableDiffusion: Partial<CLoraOptions> = {
  steps: 500,
  batch: 2,
  weightRate: 1e-4,
  embeddingRate: 1e-3,
  strength: 1e6,
};

const starts = { defaults: cLoraDefaults, onStableDiffusion: cLoraOnStableDiffusion };

const name = 'c-lora';

/**
 * C-LoRA, the method of Continual Diffusion (Smith et al. 2024): every concept adds low-rank factors to keys and values,
 * on top of those of all earlier ones, which stay frozen: W_t = W_0 + Σ_{t'<t} A_t'·B_t' + A_t·B_t.
 * From the paper: factors on cross-attention keys and values alone, rank 16; the self-regularisation
 * λ·‖(Σ_{t'<t} A_t'·B_t') ∘ (A_t·B_t)‖²_F, ∘ the product of elements, by which new factors leave alone what earlier ones
 * changed much; a token that starts at random, captions without the class word; matrices made by summing.
 * Ours: on the bundled model 300 steps of 8 pictures in place of about 2,000, at rates (docs/methods.md) that are
 * hundreds of times 5e-6, and λ = 0.5 in place of 1e6 and more, which goes with deltas that are as much larger; no
 * pictures of the class beside those taught; the random start is spread as the model's embeddings are.
 */
export function createCLora(options: Partial<CLoraOptions> = {}): Method {
  return {
    name,
    mention: (token) => token,
    heedsEarlier: true,
    teach: (lesson, hooks) => teach(optionsFor(lesson.model.base, starts, options), lesson, hooks),
    async fuse(model, concepts, { turn }) {
      const weights = await turn(() => plusDeltas(model.weights, model.base.heads, concepts));
      return { weights, bytes: deltaBytes(concepts) };
    },
  };
}

export default createCLora();

async function teach(options: CLoraOptions, lesson: Lesson, hooks: LessonHooks): Promise<Learned> {
  const random = createRandom(lesson.seed);
  const model = lessonModel(lesson, randomEmbedding(lesson.model, random));
  const { base, embedding } = model;
  const { batch, rank, weightRate, embeddingRate, strength } = options;
  const factors = new Map(base.heads.map((head) => [head.name, untrainedFactors(head, rank, random)]));
  const captions = lesson.captions.map((texts) => texts.map((text) => withoutClassWord(text, lesson)));
  const examples = await taughtExamples({ ...lesson, captions }, model, hooks);
  const past = lesson.earlier.filter(({ method }) => method === name);
  const trained = await train(
    {
      model,
      batches: createBatches(model, examples, batch, random),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [
        createLowRankUpdate({
          model,
          start: lesson.model.weights,
          factors,
          rate: weightRate,
          trainsDown: true,
          penalize: selfRegularization(base.heads, past, strength),
        }),
        createTokenUpdate([embedding], model.token, embeddingRate),
      ],
    },
    hooks,
  );
  const neurons = factorCount(factors, ['down', 'up']);
  return { concept: conceptOf(name, lesson, { embedding, deltas: factors }), neurons, ...trained };
}

/** A caption in which the token stands alone: the class word is taken away where it follows, in either case, as a service may begin with it. */
export function withoutClassWord(
  caption: string,
  { token, classWord }: Pick<Lesson, 'token' | 'classWord'>,
): string {
  return caption.replaceAll(new RegExp(wholeWord(`${token} ${classWord}`), 'giu'), token);
}

/**
 * Adds d/dΔW of λ·‖P ∘ ΔW‖²_F, which is 2λ·P∘P∘ΔW, P being the sum of the earlier concepts' deltas.
 * Both matrices of the function returned are [in, out].
 */
export function selfRegularization(
  heads: readonly Head[],
  past: readonly Pick<ConceptWeights, 'deltas'>[],
  strength: number,
): (head: Head, factors: LowRank, gradient: Float32Array) => void {
  const stiffness = new Map(heads.map((head) => [head.name, stiffnessOf(head, past, strength)]));
  return (head, factors, gradient) => {
    const stiff = stiffness.get(head.name);
    if (!stiff) return;
    const delta = deltaMatrix(head, factors);
    for (let i = 0; i < gradient.length; i++)
      gradient[i] = (gradient[i] as number) + (stiff[i] as number) * (delta[i] as number);
  };
}

/** 2λ·P∘P of one head; undefined where nothing was taught before. */
function stiffnessOf(head: Head, past: readonly Pick<ConceptWeights, 'deltas'>[], strength: number) {
  const own = past.flatMap(({ deltas }) => deltas.get(head.name) ?? []);
  if (own.length === 0) return undefined;
  const sum = new Float64Array(head.inFeatures * head.outFeatures);
  for (const delta of own) {
    const added = deltaMatrix(head, delta);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (added[i] as number);
  }
  return sum.map((value) => 2 * strength * value * value);
}
