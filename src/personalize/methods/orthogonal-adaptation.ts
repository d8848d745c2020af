import type { Head } from '../../onnx/cut/unet.ts';
import { createRandom } from '../../random.ts';
import type { ConceptWeights } from '../concept-file.ts';
import { deltaBytes, factorCount, type LowRank, plusDeltas } from '../deltas.ts';
import { conceptOf, lessonOnBase } from '../lesson-model.ts';
import { type Matrix, randomOrthogonal } from '../linear-algebra.ts';
import type { Learned, Lesson, LessonHooks, Method } from '../method.ts';
import { optionsFor } from '../stable-diffusion.ts';
import { createBatches, taughtExamples } from '../training/batches.ts';
import { createLowRankUpdate } from '../training/low-rank-update.ts';
import { createTokenUpdate } from '../training/token-update.ts';
import { train } from '../training/train.ts';

/** Rates are AdamW's learning rates; each falls linearly towards 0 over the `steps` steps of `batch` pictures. */
export interface OrthogonalAdaptationOptions {
  readonly rank: number;
  readonly steps: number;
  readonly batch: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
  /** Factor on each concept's delta in the sum. */
  readonly mergeWeight: number;
}

const orthogonalAdaptationDefaults: OrthogonalAdaptationOptions = {
  rank: 8,
  steps: 300,
  batch: 8,
  weightRate: 1.5e-3,
  embeddingRate: 2e-2,
  mergeWeight: 1,
};

/**
 * For Stable Diffusion: those of Mix-of-Show (TencentARC/Mix-of-Show), which the paper builds on, as its own were not found.
 */
const orthogonalAdaptationOnStableDiffusion: Partial<OrthogonalAdaptationOptions> = {
  steps: 500,
  batch: 2,
  weightRate: 1e-4,
  embeddingRate: 1e-3,
};

const starts = {
  defaults: orthogonalAdaptationDefaults,
  onStableDiffusion: orthogonalAdaptationOnStableDiffusion,
};

const name = 'orthogonal-adaptation';
/** The paper's number on arXiv. Every lesson on every server draws the same orthogonal matrix from it. */
const basisSeed = 2312_02432;

/**
 * Orthogonal Adaptation (Po et al. 2024): each concept adds A·Bᵀ to keys and values, of which only A trains; the columns
 * of B are frozen and orthogonal to those of all other concepts, so that a sum of concepts disturbs none of them: where
 * B_iᵀ·B_j = 0, texts that speak to concept i through B_iᵀ say nothing to concept j.
 * From the paper: B made of columns of one shared random orthogonal matrix; A starting at zero; lessons that know nothing
 * of each other, all on the base model; merging by θ + Σ λ·A_i·B_iᵀ.
 * Ours: columns are dealt without replacement while there are any, rank at a time, where the paper draws them at random and
 * concepts share some; rank 8, which gives 16 concepts in the bundled model and 96 in Stable Diffusion 1.5 columns of
 * their own; keys and values alone; one token behind which the class word stays, starting as the class word, where the paper
 * takes the two tokens and the layer-wise embeddings of Mix-of-Show; λ = 1; on the bundled model 300 steps of 8 pictures.
 */
export function createOrthogonalAdaptation(options: Partial<OrthogonalAdaptationOptions> = {}): Method {
  return {
    name,
    mention: (token, classWord) => `${token} ${classWord}`,
    heedsEarlier: true,
    teach: (lesson, hooks) => teach(optionsFor(lesson.model.base, starts, options), lesson, hooks),
    async fuse(model, concepts, { turn }) {
      const { weights, base } = model;
      const { mergeWeight } = optionsFor(base, starts, options);
      const fused = await turn(() => plusDeltas(weights, base.heads, concepts, mergeWeight));
      return { weights: fused, bytes: deltaBytes(concepts) };
    },
  };
}

export default createOrthogonalAdaptation();

async function teach(
  options: OrthogonalAdaptationOptions,
  lesson: Lesson,
  hooks: LessonHooks,
): Promise<Learned> {
  const model = lessonOnBase(lesson);
  const { base, embedding } = model;
  const { batch, rank, weightRate, embeddingRate } = options;
  const { earlier } = lesson;
  const factors = await hooks.turn(() => frozenBases(base.heads, rank, earlier));
  const examples = await taughtExamples(lesson, model, hooks);
  const trained = await train(
    {
      model,
      batches: createBatches(model, examples, batch, createRandom(lesson.seed)),
      batch,
      steps: lesson.steps ?? options.steps,
      updates: [
        createLowRankUpdate({
          model,
          start: base.baseWeights,
          factors,
          rate: weightRate,
          trainsDown: false,
        }),
        createTokenUpdate([embedding], model.token, embeddingRate),
      ],
    },
    hooks,
  );
  const neurons = factorCount(factors, ['up']);
  return { concept: conceptOf(name, lesson, { embedding, deltas: factors }), neurons, ...trained };
}

/**
 * For each head a basis Bᵀ of `rank` rows of the shared orthogonal matrix of its width, and A = 0. The rows are the first
 * that no earlier concept has, or those that the fewest have.
 */
export function frozenBases(
  heads: readonly Head[],
  rank: number,
  earlier: readonly Pick<ConceptWeights, 'method' | 'deltas'>[],
): ReadonlyMap<string, LowRank> {
  const past = earlier.filter(({ method }) => method === name);
  const shared = new Map<number, Matrix>();
  const factors = new Map<string, LowRank>();
  for (const head of heads) {
    const { inFeatures, outFeatures } = head;
    const all = shared.get(inFeatures) ?? randomOrthogonal(inFeatures, createRandom(basisSeed));
    shared.set(inFeatures, all);
    const own = Math.min(rank, inFeatures, outFeatures);
    const sets = Array.from({ length: Math.floor(inFeatures / own) }, (_, set) =>
      Float32Array.from(all.values.subarray(set * own * inFeatures, (set + 1) * own * inFeatures)),
    );
    const taken = past.flatMap(({ deltas }) => deltas.get(head.name) ?? []);
    const users = sets.map(
      (set) => taken.filter((delta) => 'down' in delta && startAlike(delta.down, set)).length,
    );
    const down = sets[users.indexOf(Math.min(...users))] as Float32Array;
    factors.set(head.name, { rank: own, down, up: new Float32Array(outFeatures * own) });
  }
  return factors;
}

/** Whether two bases out of the shared matrix begin with the same row. */
function startAlike(a: Float32Array, b: Float32Array): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
