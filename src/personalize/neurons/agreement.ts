import type { Ranker } from './ranking.ts';

/** Joins what several captions, a norm of each feature each, say of a group's weights. */
export interface Agreement {
  /** The rank of each weight in the joint ranking: it is one of the best k exactly where that is below k. */
  ranks(ranker: Ranker, norms: readonly Float32Array[]): Uint32Array;
  /** Which weights rank below `best`, 1 where so; often sooner than {@link ranks} would tell. */
  amongBest(ranker: Ranker, norms: readonly Float32Array[], best: number): Uint8Array;
}
