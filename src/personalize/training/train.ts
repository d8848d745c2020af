import { mean } from '../../numbers.ts';
import { ProblemError } from '../../result.ts';
import type { Learned, LessonHooks } from '../method.ts';
import type { Course } from './course.ts';
import { putBack, snapshotOf } from './snapshot.ts';
import { openSteps } from './steps.ts';

/** Steps at either end of a lesson whose mean loss is told. */
const reportedSteps = 20;

/**
 * Trains with rates that fall linearly to nothing. Goes on from the last checkpoint, where the hooks know one, and in single precision
 * ends with the same bits as one that was never interrupted; in half precision the loss begins with its first factor again (loss-scale.ts).
 * A cancelled lesson saves a checkpoint, since it may only have been postponed. Closes what it opened, however it ends.
 */
export async function train(
  course: Course,
  hooks: LessonHooks,
): Promise<Pick<Learned, 'steps' | 'lossFirst' | 'lossLast'>> {
  const { model, batches, steps, updates } = course;
  const { checkpoints } = hooks;
  const kept = await checkpoints?.load();
  const reached = (kept && putBack(course, kept)) ?? { step: 0, losses: [] };
  const losses = [...reached.losses];
  hooks.onPreparing('loading', 0, 0);
  const training = await hooks.turn(() => openSteps(course));
  let done = reached.step;
  const keep = () => checkpoints?.save(snapshotOf(course, { step: done, losses }));
  try {
    for (let step = reached.step; step < steps; step++) {
      await hooks.turn(async () => {
        const next = batches.next();
        const result = await training.step(next);
        for (const update of updates) update.apply(result, next.encodings, 1 - step / steps);
        losses.push(result.loss);
        done = step + 1;
      });
      if (checkpoints?.due(done === steps)) await keep();
      await hooks.onStep(step + 1, steps, mean(losses.slice(-reportedSteps)), model);
    }
  } catch (error) {
    if (isCancelled(error)) await keep();
    throw error;
  } finally {
    await training.release();
  }
  return {
    steps,
    lossFirst: mean(losses.slice(0, reportedSteps)),
    lossLast: mean(losses.slice(-reportedSteps)),
  };
}

/** A lesson is cancelled between steps alone, so that what trains is whole then. */
function isCancelled(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'cancelled';
}
