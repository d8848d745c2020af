import type { KeysAndValues } from '../../diffusion/heads.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Batches } from './batches.ts';
import type { Update } from './update.ts';

/** A token whose own weights, in the model's `own`, train in place. */
export interface LearningToken {
  /** Its id. */
  readonly token: number;
  /** The most positions of a caption at which they are read, and learn. */
  readonly positions: number;
  /** The most positions of a caption at which other tokens' weights are read. */
  readonly others: number;
}

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
  /** Where only the weights train that one token has of its own, and its embedding: the steps' gradients are of those then. */
  readonly atToken?: LearningToken;
  /** Whether the batches say what counts in the loss. */
  readonly weighted?: boolean;
}
