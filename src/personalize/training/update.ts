import type { DenoisingStep } from '../../diffusion/training/denoising-step.ts';
import type { AdamWState } from '../../optimizer/adamw.ts';
import type { Batch } from './batches.ts';

/** How a training changes what it trains, by each step's gradients. */
export interface Update {
  /**
   * One update in place from a step's gradients.
   * @param encodings the batch's captions, to find where the token stands
   * @param remaining factor on all rates
   */
  apply(step: DenoisingStep, encodings: Batch['encodings'], remaining: number): void;
  /** All that it changes, in place, by names of its own. */
  readonly trained: ReadonlyMap<string, Trained>;
  /** Has the model follow what was trained, after that was put back. */
  follow?(): void;
}

/** Numbers that train, and the moments of their optimiser. */
export interface Trained {
  readonly values: Float32Array;
  readonly moments: AdamWState;
}
