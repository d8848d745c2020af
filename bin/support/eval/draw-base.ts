import type { Model } from '../../../src/diffusion/model.ts';
import { untaught } from '../../../src/diffusion/taught-model.ts';
import { createDraw } from '../../../src/evaluation/draw.ts';
import { driftShots } from '../../../src/evaluation/measures/drift.ts';
import { classShots } from '../../../src/evaluation/measures/leaks.ts';
import type { BaseJudged } from '../../../src/evaluation/measures/stop.ts';
import { orderedConcepts } from '../../../src/evaluation/plan.ts';
import { type Judges, judge } from '../../../src/judges/judges.ts';
import { raise } from '../../../src/result.ts';
import { evaluationConcepts } from '../../../src/world/index.ts';
import { keepPictures, keptPictures } from './archive.ts';
import { type BasePart, basePictures, type JobContext, jobTurns, type Listener } from './job.ts';
import { pictureWork } from './work.ts';

/** Draws what prompts without tokens show before anything is taught, and keeps the pictures. */
export async function drawBase(
  what: BasePart,
  base: Model,
  { out, settings }: Pick<JobContext, 'out' | 'settings'>,
  { onDone }: Listener,
): Promise<void> {
  const concepts = orderedConcepts(evaluationConcepts(), settings, 1);
  const draw = createDraw(untaught(base), settings, jobTurns, (pictures) =>
    onDone(pictures * pictureWork, 'the base model: drawing'),
  );
  const shots = what === 'drift' ? driftShots(concepts, settings) : classShots(concepts, settings);
  await keepPictures(basePictures(out, what), await draw(shots));
}

/** What the judges say of the base model's pictures. */
export async function judgedBase(out: string, judges: Judges): Promise<BaseJudged> {
  const judged = async (what: BasePart) => {
    const pictures = await keptPictures(basePictures(out, what));
    return judge(judges, pictures ?? raise('not-found', `${basePictures(out, what)} is gone.`));
  };
  return { drift: await judged('drift'), classes: await judged('classes') };
}
