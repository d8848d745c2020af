import type { Model } from '../diffusion/model.ts';
import type { Head } from '../onnx/cut/unet.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import { inOutIndex } from '../personalize/concepts.ts';
import { deltaMatrix } from '../personalize/deltas.ts';
import { type Matrix, matrix, transpose } from '../personalize/linear-algebra.ts';
import { raise } from '../result.ts';

/**
 * ΔW of one head, [out, in] as PyTorch lays it out: what the concept makes of the base model's matrix, less that matrix.
 * Undefined where it leaves the matrix alone.
 */
export function changeOf(
  { heads, deltas }: ConceptWeights,
  { baseWeights }: Model,
  head: Head,
): Matrix | undefined {
  const { inFeatures, outFeatures, name } = head;
  const delta = deltas.get(name);
  if (delta) return transpose(matrix(inFeatures, outFeatures, deltaMatrix(head, delta)));
  const own = heads.get(name);
  if (!own || own.indices.length === 0) return undefined;
  const base = baseWeights.get(name) as Float32Array;
  const change = matrix(outFeatures, inFeatures);
  own.indices.forEach((place, i) => {
    change.values[place] = (own.values[i] as number) - (base[inOutIndex(place, head)] as number);
  });
  return change;
}

/** Σ of squares: what a change is measured by, ‖ΔW‖²_F. */
export function energyOf(values: Float64Array | Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** Raises 'invalid-option' unless the concept has weights beside its embedding, and one embedding for all layers. */
export function requireWeights(concept: ConceptWeights): void {
  requireOneEmbedding(concept);
  if (weighs(concept)) return;
  raise(
    'invalid-option',
    `${concept.token} was taught by ${concept.method}: it is an embedding and has no weights. Export it in the format embedding.`,
  );
}

/** Whether it changes any matrix. */
export function weighs({ heads, deltas }: ConceptWeights): boolean {
  return deltas.size > 0 || heads.values().some(({ indices }) => indices.length > 0);
}

/** Raises 'invalid-option' where each layer reads an embedding of its own, which files of other programs have no place for. */
export function requireOneEmbedding({ token, method, layers }: ConceptWeights): void {
  if (!layers) return;
  raise(
    'invalid-option',
    `${token} was taught by ${method}, which gives each attention layer an embedding of its own; files of other programs ` +
      'hold one for all. Export it in the format keepsake.',
  );
}
