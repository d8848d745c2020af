import type { Model } from '../diffusion/model.ts';
import type { Training } from '../diffusion/training/training.ts';
import type { Reference } from './reference.ts';

/** A model, what it should compute, and what several checks need of it. */
export interface Scene {
  readonly model: Model;
  readonly reference: Reference;
  /** The training of the model on batches of that size, opened once. */
  training(batch: number): Promise<Training>;
}

/** What came of a comparison. 'skipped' is no failure: the reference or the model has nothing to compare there. */
export type Outcome =
  /** The largest relative error. */
  | { readonly kind: 'compared'; readonly error: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

/** One thing compared: a line of the table. */
export interface Comparison {
  readonly subject: string;
  readonly outcome: Outcome;
}

/** A part of the engine held against the reference. What it throws fails the check and not the others. */
export interface Check {
  readonly name: string;
  /** A reference may come without any key of these beginnings; undefined where every reference has them. */
  readonly optional?: readonly string[];
  run(scene: Scene): AsyncIterable<Comparison>;
}

/** Of several relative errors the largest counts; one that is not a number fails. */
export function compared(subject: string, ...errors: readonly number[]): Comparison {
  return { subject, outcome: { kind: 'compared', error: Math.max(0, ...errors) } };
}

export function skipped(subject: string, reason: string): Comparison {
  return { subject, outcome: { kind: 'skipped', reason } };
}

export function failed(subject: string, reason: string): Comparison {
  return { subject, outcome: { kind: 'failed', reason } };
}

/** Every error of the reference's format is below this. */
export const tolerance = 1e-3;

/** Whether the error is within {@link tolerance}; what was skipped passes. */
export function passes(outcome: Outcome): boolean {
  return outcome.kind === 'skipped' || (outcome.kind === 'compared' && outcome.error <= tolerance);
}
