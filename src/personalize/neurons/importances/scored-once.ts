import type { HeadWeights } from '../../../diffusion/heads.ts';
import type { Evidence } from '../importance.ts';

/**
 * Evidence of scores that stand by themselves, whatever captions there are.
 * @param magnitudes the scores of a head, [in, out], none negative
 * @param width how many inputs heads have
 */
export function scoredOnce(magnitudes: Evidence['magnitudes'], width: number): Evidence {
  return { magnitudes, norms: [new Float32Array(width).fill(1)] };
}

/** The same of scores that are known by head name. */
export function scoredBy(scores: HeadWeights, width: number): Evidence {
  return scoredOnce(({ name }) => scores.get(name) as Float32Array, width);
}
