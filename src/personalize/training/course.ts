import type { HeadWeights, KeysAndValues } from '../../diffusion/heads.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Batches } from './batches.ts';
import type { Update } from './update.ts';

/** What every method's training is: batches, and what each changes. */
export interface Course {
  /** Trained in place by the updates. */
  readonly model: TaughtModel;
  readonly batches: Batches;
  /** Examples a step. */
  readonly batch: number;
  readonly steps: number;
  readonly updates: readonly Update[];
  /** See `BackwardOptions`; the encodings are the batch's captions. */
  readonly adjust?: (cotangents: KeysAndValues, encodings: readonly Encoding[]) => KeysAndValues;
  /** See `BackwardOptions`. */
  readonly backwardWeights?: HeadWeights;
  /** Whether the batches say what counts in the loss. */
  readonly weighted?: boolean;
}
