import type { Model } from '../diffusion/model.ts';
import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { ConceptWeights } from './concept-file.ts';
import { withConcepts } from './concepts.ts';
import type { Methods, Turns } from './method.ts';

/** A server's model, and what making it of its concepts cost. */
export interface Composition {
  readonly model: TaughtModel;
  readonly cost: {
    /** Held at the same time for fusing, at most, beside the model itself; 0 where nothing was fused. */
    readonly bytes: number;
    /** Spent on fusing; 0 where nothing was fused. */
    readonly seconds: number;
  };
}

/**
 * A server's model with all its concepts. Where they come from several methods, each fuses its own, in the order of
 * their first concepts and on the matrices that the one before it made. Weights that have their place are written
 * last, so that they are what they were trained to be whatever else was taught.
 */
export async function compose(
  base: Model,
  concepts: readonly ConceptWeights[],
  methods: Methods,
  turns: Turns,
): Promise<Composition> {
  let weights = base.baseWeights;
  let [bytes, seconds] = [0, 0];
  for (const [name, own] of Map.groupBy(concepts, ({ method }) => method)) {
    const method = methods.get(name);
    if (!method?.fuse) continue;
    const since = performance.now();
    const fused = await method.fuse({ ...withConcepts(base, concepts), weights }, own, turns);
    weights = fused.weights;
    bytes = Math.max(bytes, fused.bytes);
    seconds += (performance.now() - since) / 1000;
  }
  return { model: withConcepts(base, concepts, weights), cost: { bytes, seconds } };
}
