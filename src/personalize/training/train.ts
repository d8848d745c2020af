import { textSideOf } from '../../diffusion/layered-text.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { KeysAndValues } from '../../diffusion/text-side.ts';
import { type DenoisingStep, openTraining } from '../../diffusion/training.ts';
import type { Learned, LessonHooks } from '../method.ts';
import type { Batch } from './batches.ts';

/**
 * One update in place from a step's gradients.
 * @param encodings the batch's captions, to find where the token stands
 * @param remaining factor on all rates
 */
export type Update = (step: DenoisingStep, encodings: Batch['encodings'], remaining: number) => void;

/** What every method's training is: batches, and what each changes. */
export interface Course {
  /** Trained in place by the updates. */
  readonly model: TaughtModel;
  readonly batches: { next(): Batch };
  /** Examples a step. */
  readonly batch: number;
  readonly steps: number;
  readonly updates: readonly Update[];
  /** See `Training.step`. */
  readonly adjust?: (cotangents: KeysAndValues) => KeysAndValues;
  /** Whether the batches say what counts in the loss. */
  readonly weighted?: boolean;
}

/** Steps at either end of a lesson whose mean loss is told. */
const reportedSteps = 20;

/** Trains with rates that fall linearly to nothing. Closes what it opened, however it ends. */
export async function train(
  { model, batches, batch, steps, updates, adjust, weighted }: Course,
  hooks: LessonHooks,
): Promise<Pick<Learned, 'steps' | 'lossFirst' | 'lossLast'>> {
  const losses: number[] = [];
  const opened = { ...model.base, textSide: textSideOf(model) };
  const training = await hooks.turn(() => openTraining(opened, batch, weighted));
  try {
    for (let step = 0; step < steps; step++) {
      await hooks.turn(async () => {
        const next = batches.next();
        const result = await training.step(next, model.weights, adjust);
        for (const update of updates) update(result, next.encodings, 1 - step / steps);
        losses.push(result.loss);
      });
      await hooks.onStep(step + 1, steps, mean(losses.slice(-reportedSteps)), model);
    }
  } finally {
    await training.release();
  }
  return {
    steps,
    lossFirst: mean(losses.slice(0, reportedSteps)),
    lossLast: mean(losses.slice(-reportedSteps)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
