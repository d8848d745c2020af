import type { HeadWeights } from '../diffusion/heads.ts';
import type { Head } from '../onnx/cut/unet.ts';
import type { Random } from '../random.ts';
import type { ConceptWeights, Delta } from './concept-file.ts';
import { type Matrix, matrix, product } from './linear-algebra.ts';

/** A matrix that is added to a head as a product: ΔW = up·down (LoRA: Hu et al. 2022, eq. 3; its α/r is 1). */
export type LowRank = Extract<Delta, { readonly rank: number }>;

/** ΔW as [in, out], in float64. */
export function deltaMatrix({ inFeatures, outFeatures }: Head, delta: Delta): Float64Array {
  const matrix = new Float64Array(inFeatures * outFeatures);
  const add = (i: number, out: number, value: number) => {
    matrix[i * outFeatures + out] = (matrix[i * outFeatures + out] as number) + value;
  };
  for (let i = 0; i < inFeatures; i++) {
    if ('whole' in delta)
      for (let out = 0; out < outFeatures; out++) add(i, out, delta.whole[out * inFeatures + i] as number);
    else
      for (let k = 0; k < delta.rank; k++) {
        const factor = delta.down[k * inFeatures + i] as number;
        for (let out = 0; out < outFeatures; out++)
          add(i, out, factor * (delta.up[out * delta.rank + k] as number));
      }
  }
  return matrix;
}

/** W + scale·ΔW as a new matrix, each element rounded once; W and the result are [in, out]. */
export function plusDelta(
  weights: Float32Array,
  head: Head,
  delta: Delta,
  scale = 1,
): Float32Array<ArrayBuffer> {
  const added = deltaMatrix(head, delta);
  return new Float32Array(weights.length).map(
    (_, index) => (weights[index] as number) + scale * (added[index] as number),
  );
}

/** How one matrix became another, as a whole delta in PyTorch's layout. Both matrices are [in, out]. */
export function wholeDelta({ inFeatures, outFeatures }: Head, from: Float32Array, to: Float32Array): Delta {
  const whole = new Float32Array(from.length);
  for (let i = 0; i < inFeatures; i++) {
    for (let out = 0; out < outFeatures; out++) {
      const index = i * outFeatures + out;
      whole[out * inFeatures + i] = (to[index] as number) - (from[index] as number);
    }
  }
  return { whole };
}

/** Factors whose product is zero: `down` uniform in ±1/√in, as LoRA's own code draws it, and `up` zero. */
export function untrainedFactors({ inFeatures, outFeatures }: Head, rank: number, random: Random): LowRank {
  const most = Math.min(rank, inFeatures, outFeatures);
  const reach = 1 / Math.sqrt(inFeatures);
  const down = new Float32Array(most * inFeatures).map(() => (2 * random.uniform() - 1) * reach);
  return { rank: most, down, up: new Float32Array(outFeatures * most) };
}

/**
 * dLoss/d(down) and dLoss/d(up) from dLoss/dW: with G = dLoss/dW in PyTorch's layout, upᵀ·G and G·downᵀ.
 * @param gradient [in, out]
 */
export function factorGradients(
  { inFeatures, outFeatures }: Head,
  { rank, down, up }: LowRank,
  gradient: Float32Array,
): { readonly down: Float32Array; readonly up: Float32Array } {
  const slopes = { down: new Float32Array(down.length), up: new Float32Array(up.length) };
  for (let k = 0; k < rank; k++) {
    for (let i = 0; i < inFeatures; i++) {
      const factor = down[k * inFeatures + i] as number;
      let sum = 0;
      for (let out = 0; out < outFeatures; out++) {
        const slope = gradient[i * outFeatures + out] as number;
        sum += (up[out * rank + k] as number) * slope;
        slopes.up[out * rank + k] = (slopes.up[out * rank + k] as number) + slope * factor;
      }
      slopes.down[k * inFeatures + i] = sum;
    }
  }
  return slopes;
}

/** The matrices with the deltas of all concepts added, one concept after another. Matrices that no delta touches stay shared. */
export function plusDeltas(
  weights: HeadWeights,
  heads: readonly Head[],
  concepts: readonly ConceptWeights[],
  scale = 1,
): HeadWeights {
  const result = new Map(weights);
  for (const { deltas } of concepts) {
    for (const head of heads) {
      const delta = deltas.get(head.name);
      if (delta) result.set(head.name, plusDelta(result.get(head.name) as Float32Array, head, delta, scale));
    }
  }
  return result;
}

/** X·ΔW: what a delta adds to the products of rows with its head's matrix, zeros where there is none. */
export function deltaProduct(rows: Matrix, head: Head, delta: Delta | undefined): Matrix {
  if (!delta) return matrix(rows.rows, head.outFeatures);
  return product(rows, matrix(head.inFeatures, head.outFeatures, deltaMatrix(head, delta)));
}

/** W + D as a new matrix, each element rounded once; all are [in, out]. */
export function plusMatrix(weights: Float32Array, { values }: Matrix): Float32Array {
  return weights.map((value, index) => value + (values[index] as number));
}

/** How many numbers such parts of all factors have. */
export function factorCount(
  factors: ReadonlyMap<string, LowRank>,
  parts: readonly ('down' | 'up')[],
): number {
  const lengths = [...factors.values()].flatMap((one) => parts.map((part) => one[part].length));
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Bytes of all deltas of the concepts. */
export function deltaBytes(concepts: readonly Pick<ConceptWeights, 'deltas'>[]): number {
  const each = concepts.flatMap(({ deltas }) => [...deltas.values()]);
  return each.reduce(
    (sum, delta) =>
      sum + ('whole' in delta ? delta.whole.byteLength : delta.down.byteLength + delta.up.byteLength),
    0,
  );
}
