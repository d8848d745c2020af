import type { Model } from '../diffusion/model.ts';
import { type TaughtModel, untaught } from '../diffusion/taught-model.ts';
import type { HeadWeights } from '../diffusion/text-side.ts';
import type { Head } from '../onnx/cut/unet.ts';
import type { ConceptWeights, SparseWeights } from './concept-file.ts';

/** Index in a head's [in, out] matrix of a place in PyTorch's [out, in] one. */
export function placeInOut(place: number, head: Head): number {
  return (place % head.inFeatures) * head.outFeatures + Math.floor(place / head.inFeatures);
}

/** The other way: place in PyTorch's [out, in] matrix of an index in a head's [in, out] one. */
export function placeInPyTorch(index: number, head: Head): number {
  return (index % head.outFeatures) * head.inFeatures + Math.floor(index / head.outFeatures);
}

/** The base model with a server's concepts in it: every token known, every trained weight in its place. The base is not changed. */
export function withConcepts(base: Model, concepts: readonly ConceptWeights[]): TaughtModel {
  const { tokenizer } = untaught(base);
  const added = new Map(concepts.map((concept) => [tokenizer.addToken(concept.token), concept.embedding]));
  return { base, tokenizer, added, weights: placeWeights(base, concepts) };
}

/** Matrices that no concept touches are shared with the base model. */
function placeWeights(base: Model, concepts: readonly ConceptWeights[]): HeadWeights {
  const weights = new Map(base.baseWeights);
  for (const head of base.heads) {
    const changes = concepts.flatMap((concept) => concept.heads.get(head.name) ?? []);
    if (changes.length === 0) continue;
    const matrix = (weights.get(head.name) as Float32Array).slice();
    for (const change of changes) write(matrix, change, head);
    weights.set(head.name, matrix);
  }
  return weights;
}

function write(matrix: Float32Array, { indices, values }: SparseWeights, head: Head): void {
  indices.forEach((place, i) => {
    matrix[placeInOut(place, head)] = values[i] as number;
  });
}
