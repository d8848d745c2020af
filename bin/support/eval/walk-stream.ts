import type { Model } from '../../../src/diffusion/model.ts';
import { createDraw } from '../../../src/evaluation/draw.ts';
import type { Judges } from '../../../src/evaluation/judges.ts';
import { shotsOf } from '../../../src/evaluation/measures/parts.ts';
import { type BaseJudged, measureStop } from '../../../src/evaluation/measures/stop.ts';
import { lessonSeed, orderedConcepts, type Stop, stopsOf } from '../../../src/evaluation/plan.ts';
import { sheetScripts } from '../../../src/evaluation/scripts/sheet-scripts.ts';
import { runStream, type Taught } from '../../../src/evaluation/stream.ts';
import { renderedFor, teachConcept } from '../../../src/evaluation/teach.ts';
import { taughtWording } from '../../../src/evaluation/wording.ts';
import { type Composition, compose } from '../../../src/personalize/compose.ts';
import type { ConceptWeights } from '../../../src/personalize/concept-file.ts';
import type { Method, Methods } from '../../../src/personalize/method.ts';
import { type EvaluationConcept, evaluationConcepts } from '../../../src/pretrain/world/index.ts';
import { isThere, keepPictures, openStreamArchive, streamFolder } from './archive.ts';
import { judgedBase } from './draw-base.ts';
import { type JobContext, jobTurns, type Listener, type StreamJob, sheetPictures } from './job.ts';
import { lessonWork, pictureWork, workAt } from './work.ts';

/** What a stream works with. */
export interface StreamTools {
  readonly base: Model;
  readonly methods: Methods;
  readonly method: Method;
  readonly judges: Judges;
}

/** Teaches and measures one method's way through one order, from where an earlier run stopped. */
export async function walkStream(
  job: StreamJob,
  tools: StreamTools,
  context: JobContext,
  listener: Listener,
): Promise<void> {
  const { out, settings, commit } = context;
  const { base, methods, judges } = tools;
  const all = orderedConcepts(evaluationConcepts(), settings, 1);
  const stops = stopsOf(orderedConcepts(evaluationConcepts(), settings, job.order), settings);
  const say = taughtWording(tools.method);
  const references = referencesIn(tools, settings.furtherDrawings);
  const onDrawn = (doing: string) => (pictures: number) =>
    listener.onDone(pictures * pictureWork, `${titleOf(job)}: ${doing}`);
  let judged: Promise<BaseJudged> | undefined;
  const composed = (known: readonly ConceptWeights[]) => compose(base, known, methods, jobTurns);
  const known = await runStream(stops, {
    archive: openStreamArchive(streamFolder(out, job), base, commit),
    compose: composed,
    teach: (stop, earlier, composition) =>
      teachStop(stop, { tools, job, earlier, composition, of: stops.length }, context, listener),
    measure(stop, { model }) {
      const draw = createDraw(
        model,
        settings,
        jobTurns,
        onDrawn(`drawing after ${stop.position} of ${stops.length}`),
      );
      return measureStop({ settings, draw, judges, say, references }, stop, all, () => {
        judged ??= judgedBase(out, judges);
        return judged;
      });
    },
    onFound: (stop, what) => listener.onFound(workAt(stop, settings)[what]),
  });
  const texts = sheetScripts(all).map((script) => script.text(say));
  if (job.order !== 1 || (await isThere(sheetPictures(out, job)))) return;
  const { model } = await composed(known);
  const draw = createDraw(model, settings, jobTurns, onDrawn('drawing the sheet'));
  await keepPictures(sheetPictures(out, job), await draw(shotsOf(texts, settings.sheetPictures, 1)));
}

interface LessonAt {
  readonly tools: StreamTools;
  readonly job: StreamJob;
  readonly earlier: readonly ConceptWeights[];
  readonly composition: Composition;
  /** Lessons in all. */
  readonly of: number;
}

async function teachStop(
  { concept, position }: Stop,
  { tools, job, earlier, composition, of }: LessonAt,
  { settings }: JobContext,
  { onDone }: Listener,
): Promise<Taught> {
  const { token, classWord } = concept;
  const { base, method } = tools;
  const seed = lessonSeed(concept, job.order);
  const doing = `${titleOf(job)}: teaching ${token} ${classWord}, ${position} of ${of}`;
  const lesson = {
    base,
    method,
    model: composition.model,
    known: earlier,
    seed,
    steps: settings.lessonSteps,
  };
  const learned = await teachConcept(lesson, concept, {
    ...jobTurns,
    onPreparing() {},
    onStep: (_, steps) => onDone(lessonWork / steps, doing),
  });
  const { concept: taught, overlap, ...numbers } = learned;
  const record = { token, classWord, seed, ...numbers, ...(overlap !== undefined && { overlap }) };
  return { concept: taught, record };
}

/** Embeddings of each concept's drawings, taught and further ones, computed once. */
function referencesIn({ base, judges }: StreamTools, further: number) {
  const known = new Map<string, Promise<readonly Float32Array[]>>();
  return ({ token, drawings, furtherDrawings }: EvaluationConcept) => {
    const embeddings =
      known.get(token) ??
      renderedFor(base, [...drawings, ...furtherDrawings(1, further)]).then((pictures) =>
        judges.encoder.imageEmbeddings(pictures),
      );
    known.set(token, embeddings);
    return embeddings;
  };
}

function titleOf({ method, order }: StreamJob): string {
  return `${method}, order ${order}`;
}
