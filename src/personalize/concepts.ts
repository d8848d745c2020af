import type { HeadWeights } from '../diffusion/heads.ts';
import { attentionLayers } from '../diffusion/layered-text.ts';
import type { Model } from '../diffusion/model.ts';
import { type TaughtModel, untaught } from '../diffusion/taught-model.ts';
import type { PlacedWeights, TokenWeights } from '../diffusion/token-weights.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { meanEmbedding } from './class-embedding.ts';
import type { ConceptWeights, SparseWeights } from './concept-file.ts';

/**
 * How much of what a concept's weights change stays in a prompt that names other concepts too: several together move the picture farther
 * than each was taught to. Measured in docs/cns.md.
 */
export const amongOthers = 0.9;

/** Index in a head's [in, out] matrix of a place in PyTorch's [out, in] one. */
export function inOutIndex(place: number, head: Head): number {
  return (place % head.inFeatures) * head.outFeatures + Math.floor(place / head.inFeatures);
}

/** The other way: place in PyTorch's [out, in] matrix of an index in a head's [in, out] one. */
export function placeInPyTorch(index: number, head: Head): number {
  return (index % head.outFeatures) * head.inFeatures + Math.floor(index / head.outFeatures);
}

/**
 * The base model with a server's concepts in it: every token known, every weight that has its place in it. The base is
 * not changed. What concepts have beside that (`deltas`) is left out; `compose` sees to it.
 * @param weights matrices to place weights in, of which those that no concept touches are shared
 */
export function withConcepts(
  base: Model,
  concepts: readonly ConceptWeights[],
  weights = base.baseWeights,
): TaughtModel {
  const { tokenizer } = untaught(base);
  const ids = concepts.map(({ token }) => tokenizer.addToken(token));
  const added = new Map(concepts.map(({ embedding }, i) => [ids[i] as number, embedding]));
  const everywhere = concepts.filter(({ following }) => following === undefined);
  const own = new Map(
    concepts.flatMap((concept, i) => {
      const there = weightsAtToken({ base, tokenizer, added }, concept);
      return there ? [[ids[i] as number, there] as const] : [];
    }),
  );
  const model = { base, tokenizer, added, own, weights: placeWeights(base, everywhere, weights) };
  if (!concepts.some(({ layers }) => layers)) return model;
  const layers = attentionLayers(base.heads).map(
    (_, layer) =>
      new Map(
        concepts.flatMap((concept, i) => {
          const row = concept.layers?.[layer];
          return row === undefined ? [] : [[ids[i] as number, row] as const];
        }),
      ),
  );
  return { ...model, layers };
}

/** Bytes that a server's model holds beside the base model and its concepts: matrices of its own, and where its tokens' weights go. */
export function bytesBeside({ base, weights, own = new Map() }: TaughtModel): number {
  const matrices = [...weights].filter(([name, values]) => base.baseWeights.get(name) !== values);
  const atTokens = [...own.values()].flatMap(({ standIn, heads }) => [
    ...(standIn ? [standIn] : []),
    ...Array.from(heads.values(), ({ indices }) => indices),
  ]);
  const held = [...matrices.map(([, values]) => values), ...atTokens];
  return held.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** What a concept has where its token stands alone; undefined where its weights are in place everywhere. */
function weightsAtToken(
  model: Pick<TaughtModel, 'base' | 'tokenizer' | 'added'>,
  { classWord, following, heads: own }: ConceptWeights,
): TokenWeights | undefined {
  if (following === undefined) return undefined;
  const placed = model.base.heads.flatMap((head) => {
    const weights = own.get(head.name);
    return weights ? [[head.name, placedIn(head, weights)] as const] : [];
  });
  return { following, amongOthers, standIn: meanEmbedding(model, classWord), heads: new Map(placed) };
}

function placedIn(head: Head, { indices, values }: SparseWeights): PlacedWeights {
  return { indices: indices.map((place) => inOutIndex(place, head)), values };
}

function placeWeights(base: Model, concepts: readonly ConceptWeights[], start: HeadWeights): HeadWeights {
  const weights = new Map(start);
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
    matrix[inOutIndex(place, head)] = values[i] as number;
  });
}
