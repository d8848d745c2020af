import type { Model } from '../../../src/diffusion/model.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import type { ConceptWeights } from '../../../src/personalize/concept-file.ts';
import { withConcepts } from '../../../src/personalize/concepts.ts';
import { cnsDefaults } from '../../../src/personalize/methods/cns.ts';

export const mostConcepts = 7;

/** A server with so many concepts, each as large as a taught one. */
export function serverWith(base: Model, concepts: number, value: number): TaughtModel {
  return withConcepts(
    base,
    Array.from({ length: concepts }, (_, index) => conceptOf(base, index, value)),
  );
}

/** A prompt that names the first so many concepts. */
export function promptWith(concepts: number): string {
  const named = Array.from({ length: concepts }, (_, index) => `<new${index + 1}> dog`);
  return ['a dog', ...named].join(' and a ');
}

/** A concept as large as a taught one, in place where such a one is, whose changed weights are all `value`. */
export function conceptOf(base: Model, index: number, value: number): ConceptWeights {
  const { parameters, keyValueParameters } = base.counts;
  const share = (cnsDefaults.share * parameters) / keyValueParameters;
  const heads = base.heads.map((head) => {
    const size = head.inFeatures * head.outFeatures;
    const count = Math.floor(Math.min(share, 1 / mostConcepts) * size);
    const indices = Uint32Array.from({ length: count }, (_, place) => place * mostConcepts + index);
    return [head.name, { indices, values: new Float32Array(count).fill(value) }] as const;
  });
  return {
    method: 'cns',
    token: `<new${index + 1}>`,
    classWord: 'dog',
    kind: 'subject',
    model: base.folder.id,
    embedding: new Float32Array(base.embeddings.width).fill(value),
    heads: new Map(heads),
    following: cnsDefaults.following,
    deltas: new Map(),
  };
}
