import { untaught } from '../../../src/diffusion/taught-model.ts';
import { createDraw } from '../../../src/evaluation/draw.ts';
import { measureConcept } from '../../../src/evaluation/measures/concepts.ts';
import { measureMulti } from '../../../src/evaluation/measures/multi.ts';
import type { MeasureParts } from '../../../src/evaluation/measures/parts.ts';
import { orderedConcepts } from '../../../src/evaluation/plan.ts';
import { bounds } from '../../../src/evaluation/print.ts';
import type { BoundRecord, ConceptScore, MultiScore } from '../../../src/evaluation/records.ts';
import { another, createTrueDraw, itself } from '../../../src/evaluation/true-drawings.ts';
import { plainWording, taughtWording } from '../../../src/evaluation/wording.ts';
import { type EvaluationConcept, evaluationConcepts } from '../../../src/world/index.ts';
import { writeJson } from './archive.ts';
import { type BoundJob, boundFile, type JobContext, jobTurns, type Listener } from './job.ts';
import { referencesIn, type WalkTools } from './walk.ts';
import { pictureWork } from './work.ts';

type Tools = Pick<WalkTools, 'base' | 'judges'>;

/** Has pictures that nothing was taught for judged by the prompts of the taught concepts, and keeps the numbers. */
export async function measureBound(
  job: BoundJob,
  tools: Tools,
  { out, settings, commit }: JobContext,
  listener: Listener,
): Promise<void> {
  const orders = Array.from({ length: settings.orders }, (_, i) =>
    orderedConcepts(evaluationConcepts(), settings, i + 1),
  );
  const references = referencesIn(tools, settings.furtherDrawings);
  const partsOf = (inOrder: readonly EvaluationConcept[]): MeasureParts => ({
    settings,
    judges: tools.judges,
    references,
    ...drawingOf(job, tools, settings, inOrder, listener),
  });
  const concepts: ConceptScore[] = [];
  const [own = []] = orders;
  for (const concept of own) concepts.push(await measureConcept(partsOf(own), concept));
  const multi: MultiScore[][] = [];
  for (const inOrder of orders) multi.push(await measureMulti(partsOf(inOrder), inOrder));
  const record: BoundRecord = { commit, concepts, multi };
  await writeJson(boundFile(out, job.bound), record);
}

/** How prompts name concepts, and who draws them. */
function drawingOf(
  { bound }: BoundJob,
  { base }: Tools,
  settings: JobContext['settings'],
  concepts: readonly EvaluationConcept[],
  { onDone }: Listener,
): Pick<MeasureParts, 'say' | 'draw'> {
  if (bound === 'base') {
    const told = (pictures: number) => onDone(pictures * pictureWork, bounds.base);
    return { say: plainWording, draw: createDraw(untaught(base), settings, jobTurns, told) };
  }
  const say = taughtWording({ mention: (token, classWord) => `${token} ${classWord}` });
  const shown = { itself, another }[bound];
  const pixels = base.folder.pixels.width;
  return { say, draw: createTrueDraw({ concepts, shown, say, settings, pixels }) };
}
