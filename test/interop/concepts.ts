import { attentionLayers } from '../../src/diffusion/layered-text.ts';
import type { Model } from '../../src/diffusion/model.ts';
import { type ConceptWeights, type Delta, layered } from '../../src/personalize/concept-file.ts';
import { normals } from '../personalize/head.ts';
import { madeUpConcept } from '../personalize/tiny.ts';

const small = (seed: number, length: number) => normals(seed, length).map((value) => value / 20);

/** What each method leaves in a concept, with random numbers for what it would have learnt. */
export function madeUpConcepts(base: Model): ReadonlyMap<string, ConceptWeights> {
  const { width } = base.embeddings;
  const names = base.heads.map(({ name }) => name);
  const plain = { ...madeUpConcept(base, 1, names), embedding: small(1, width) };
  const cns = { ...plain, following: 1 };
  const factors = (rank: number) =>
    new Map(
      base.heads.map(({ name, inFeatures, outFeatures }, seed): [string, Delta] => [
        name,
        { rank, down: normals(2 * seed, rank * inFeatures), up: small(2 * seed + 1, rank * outFeatures) },
      ]),
    );
  const whole = new Map(
    base.heads.map(({ name, inFeatures, outFeatures }, seed): [string, Delta] => [
      name,
      { whole: small(seed, inFeatures * outFeatures) },
    ]),
  );
  const by = (method: string, learned: Partial<ConceptWeights>): [string, ConceptWeights] => [
    method,
    { ...plain, heads: new Map(), method, ...learned },
  ];
  const layers = attentionLayers(base.heads).map((_, seed) => small(seed, width));
  return new Map([
    ['cns', cns],
    ['cns-everywhere', { ...plain, method: 'cns-everywhere' }],
    by('c-lora', { deltas: factors(6) }),
    by('orthogonal-adaptation', { deltas: factors(3) }),
    by('custom-diffusion', { deltas: whole }),
    by('mix-of-show', { deltas: factors(4), ...layered(layers) }),
    by('textual-inversion', {}),
  ]);
}

/** The concept as other programs draw it: with its weights in place for every prompt. */
export function everywhere({ following: _, ...concept }: ConceptWeights): ConceptWeights {
  return concept;
}
