import type { Head } from '../../../onnx/cut/unet.ts';
import type { Matrix } from '../../linear-algebra.ts';
import { gramOf } from '../../text-rows.ts';
import { classPrompts, earlierPrompts } from '../../training/protected-prompts.ts';
import type { Importance } from '../importance.ts';
import { positionsOf } from '../positions/index.ts';
import { scoredOnce } from './scored-once.ts';
import { conceptCaptions, wanda } from './wanda.ts';

/** What the inputs of a head are like. */
export interface Coverage {
  /** Root mean square of each input over the concept's captions, and over prompts that should stay as they are. */
  readonly relevance: Float64Array;
  readonly risk: Float64Array;
  /** |cos| of every two inputs over the concept's captions, 0 to 1, [inputs, inputs]. */
  readonly similarity: Float64Array;
  /** How much a risk counts against what is covered. */
  readonly riskWeight: number;
}

/**
 * Neurons that together cover what the concept's captions ask for, at little risk to the class word and to earlier
 * concepts. The idea is that of SCNS (ICML 2026: facility location less a risk, taken greedily); its formulas are not
 * public, and these are ours. Weights that answer to the same words are redundant: within an output row with free weights V
 *
 *     F(S) = Σ_{i∈V} |w_i|·‖X_i‖·max_{k∈S} |cos(X_i, X_k)| − ρ·Σ_{k∈S} |w_k|·‖C_k‖
 *
 * X_j being feature j over the concept's captions and C_j over prompts that should stay. The greedy order is that of
 * falling gains (Nemhauser et al. 1978), so that a weight's score is its gain when it is taken. What is general is told by
 * Wanda's score; since that cannot be chosen, it has no score here, and base and general neurons do not overlap.
 */
export const coverage: Importance = async (scene) => {
  const { lesson, model, options, hooks } = scene;
  const { general } = await wanda(scene);
  const { width } = model.base.embeddings;
  const over = positionsOf(options.positions, model.token);
  const gram = (texts: readonly string[]) => gramOf(model, texts, over, hooks);
  const captions = await gram(conceptCaptions(lesson));
  const kept = await gram([...classPrompts(lesson), ...earlierPrompts(lesson.earlier)]);
  const of: Coverage = {
    relevance: rootsOfDiagonal(captions),
    risk: rootsOfDiagonal(kept),
    similarity: cosines(captions),
    riskWeight: options.coverageRisk,
  };
  const weights = (head: Head) => model.base.baseWeights.get(head.name) as Float32Array;
  const shift = Math.max(...model.base.heads.map((head) => largestRisk(head, weights(head), of)));
  const scores = (head: Head, free: Uint8Array) => coverageScores(head, weights(head), free, of, shift);
  return { general, concept: scoredOnce(scores, width) };
};

function rootsOfDiagonal({ columns: width, values: sums }: Matrix): Float64Array {
  return new Float64Array(width).map((_, j) => Math.sqrt(sums[j * width + j] as number));
}

/** An input that is nothing is like no other. */
function cosines(gram: Matrix): Float64Array {
  const { columns: width, values: sums } = gram;
  const lengths = rootsOfDiagonal(gram);
  return sums.map((sum, at) => {
    const length = (lengths[Math.floor(at / width)] as number) * (lengths[at % width] as number);
    return length === 0 ? 0 : Math.abs(sum) / length;
  });
}

/** The largest risk that any weight of a head adds, by which scores are shifted so that none is negative. */
export function largestRisk(head: Head, weights: Float32Array, { risk, riskWeight }: Coverage): number {
  return weights.reduce((most, weight, index) => {
    const own = riskWeight * Math.abs(weight) * (risk[Math.floor(index / head.outFeatures)] as number);
    return Math.max(most, own);
  }, 0);
}

/**
 * The gain of every free weight when the greedy walk takes it, plus `shift`; 0 of the others.
 * @param weights [in, out], as are `free`, 1 where a weight can be chosen, and what is returned
 */
export function coverageScores(
  head: Head,
  weights: Float32Array,
  free: Uint8Array,
  of: Coverage,
  shift: number,
): Float32Array {
  const { inFeatures, outFeatures } = head;
  const scores = new Float32Array(weights.length);
  for (let out = 0; out < outFeatures; out++) {
    const inputs = Array.from({ length: inFeatures }, (_, j) => j).filter((j) => free[j * outFeatures + out]);
    const magnitudes = Float64Array.from(inputs, (j) => Math.abs(weights[j * outFeatures + out] as number));
    for (const [place, gain] of greedyGains(inputs, magnitudes, of).entries())
      scores[(inputs[place] as number) * outFeatures + out] = gain + shift;
  }
  return scores;
}

/**
 * Lazy greedy (Minoux 1978): gains only fall as others are taken, so whoever still leads when asked anew is the best.
 * @returns the gain of each input in their order
 */
function greedyGains(inputs: readonly number[], magnitudes: Float64Array, of: Coverage): Float64Array {
  const width = of.relevance.length;
  const asked = magnitudes.map((size, i) => size * (of.relevance[inputs[i] as number] as number));
  const covered = new Float64Array(inputs.length);
  const likeness = (i: number, k: number) =>
    of.similarity[(inputs[i] as number) * width + (inputs[k] as number)] as number;
  const gainOf = (k: number) => {
    let gain = -of.riskWeight * (magnitudes[k] as number) * (of.risk[inputs[k] as number] as number);
    for (let i = 0; i < inputs.length; i++)
      gain += (asked[i] as number) * Math.max(0, likeness(i, k) - (covered[i] as number));
    return gain;
  };
  const bounds = magnitudes.map((_, k) => gainOf(k));
  const gains = new Float64Array(inputs.length);
  for (let taken = 0; taken < inputs.length; ) {
    const leader = largest(bounds);
    const gain = gainOf(leader);
    bounds[leader] = Number.NEGATIVE_INFINITY;
    if (gain < (bounds[largest(bounds)] as number)) {
      bounds[leader] = gain;
      continue;
    }
    gains[leader] = gain;
    taken++;
    for (let i = 0; i < inputs.length; i++) covered[i] = Math.max(covered[i] as number, likeness(i, leader));
  }
  return gains;
}

/** The place of the largest value, the first of equal ones. */
function largest(values: Float64Array): number {
  let place = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[place] as number)) place = i;
  return place;
}
