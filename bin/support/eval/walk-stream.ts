import { createDraw } from '../../../src/evaluation/draw.ts';
import { shotsOf } from '../../../src/evaluation/measures/parts.ts';
import { orderedConcepts } from '../../../src/evaluation/plan.ts';
import { sheetScripts } from '../../../src/evaluation/scripts/sheet-scripts.ts';
import { taughtWording } from '../../../src/evaluation/wording.ts';
import { compose } from '../../../src/personalize/compose.ts';
import { evaluationConcepts } from '../../../src/world/index.ts';
import { isThere, keepPictures } from './archive.ts';
import {
  type JobContext,
  jobTurns,
  type Listener,
  type StreamJob,
  sheetPictures,
  streamFolder,
} from './job.ts';
import { type WalkTools, walk } from './walk.ts';
import { pictureWork } from './work.ts';

/** Teaches and measures one method's way through one order, from where an earlier run stopped, and draws its row of the sheet. */
export async function walkStream(
  job: StreamJob,
  tools: WalkTools,
  context: JobContext,
  listener: Listener,
): Promise<void> {
  const { out, settings } = context;
  const title = `${job.method}, order ${job.order}`;
  const known = await walk(
    { title, folder: streamFolder(out, job), order: job.order },
    tools,
    context,
    listener,
  );
  if (job.order !== 1 || (await isThere(sheetPictures(out, job)))) return;
  const say = taughtWording(tools.method);
  const texts = sheetScripts(orderedConcepts(evaluationConcepts(), settings, 1)).map((script) =>
    script.text(say),
  );
  const { model } = await compose(tools.base, known, tools.methods, jobTurns);
  const draw = createDraw(model, settings, jobTurns, (pictures) =>
    listener.onDone(pictures * pictureWork, `${title}: drawing the sheet`),
  );
  await keepPictures(sheetPictures(out, job), await draw(shotsOf(texts, settings.sheetPictures, 1)));
}
