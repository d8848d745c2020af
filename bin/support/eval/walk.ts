import type { Model } from '../../../src/diffusion/model.ts';
import { createDraw } from '../../../src/evaluation/draw.ts';
import { inForm, type LessonForm, usualForm } from '../../../src/evaluation/lesson-form.ts';
import { type BaseJudged, measureStop } from '../../../src/evaluation/measures/stop.ts';
import { lessonSeed, orderedConcepts, type Stop, stopsOf } from '../../../src/evaluation/plan.ts';
import { runStream, type Taught } from '../../../src/evaluation/stream.ts';
import { renderedFor, teachConcept } from '../../../src/evaluation/teach.ts';
import { taughtWording } from '../../../src/evaluation/wording.ts';
import type { Judges } from '../../../src/judges/judges.ts';
import { type Composition, compose } from '../../../src/personalize/compose.ts';
import type { ConceptWeights } from '../../../src/personalize/concept-file.ts';
import type { Method, Methods } from '../../../src/personalize/method.ts';
import { type EvaluationConcept, evaluationConcepts } from '../../../src/world/index.ts';
import { openStreamArchive } from './archive.ts';
import { judgedBase } from './draw-base.ts';
import { type JobContext, jobTurns, type Listener } from './job.ts';
import { lessonWork, pictureWork, workAt } from './work.ts';

/** What a walk works with. */
export interface WalkTools {
  readonly base: Model;
  readonly methods: Methods;
  readonly method: Method;
  readonly judges: Judges;
}

/** A way through all concepts of an evaluation, taught one after another. */
export interface Walk {
  /** As progress calls it. */
  readonly title: string;
  /** Of its files. */
  readonly folder: string;
  readonly order: number;
  /** How lessons are given; as the evaluation does, where absent. */
  readonly lesson?: LessonForm;
}

/** Teaches and measures all concepts, from where an earlier run stopped. Returns all that was taught. */
export async function walk(
  way: Walk,
  tools: WalkTools,
  context: JobContext,
  listener: Listener,
): Promise<readonly ConceptWeights[]> {
  const { out, settings, commit } = context;
  const { base, methods, judges } = tools;
  const all = orderedConcepts(evaluationConcepts(), settings, 1);
  const stops = stopsOf(orderedConcepts(evaluationConcepts(), settings, way.order), settings);
  const say = taughtWording(tools.method);
  const references = referencesIn(tools, settings.furtherDrawings);
  let judged: Promise<BaseJudged> | undefined;
  return runStream(stops, {
    archive: openStreamArchive(way.folder, base, commit),
    compose: (known) => compose(base, known, methods, jobTurns),
    teach: (stop, earlier, composition) =>
      teachStop(stop, { tools, way, earlier, composition, of: stops.length }, context, listener),
    measure(stop, { model }) {
      const doing = `${way.title}: drawing after ${stop.position} of ${stops.length}`;
      const draw = createDraw(model, settings, jobTurns, (pictures) =>
        listener.onDone(pictures * pictureWork, doing),
      );
      return measureStop({ settings, draw, judges, say, references }, stop, all, () => {
        judged ??= judgedBase(out, judges);
        return judged;
      });
    },
    onFound: (stop, what) => listener.onFound(workAt(stop, settings)[what]),
  });
}

interface LessonAt {
  readonly tools: WalkTools;
  readonly way: Walk;
  readonly earlier: readonly ConceptWeights[];
  readonly composition: Composition;
  /** Lessons in all. */
  readonly of: number;
}

async function teachStop(
  { concept, position }: Stop,
  { tools, way, earlier, composition, of }: LessonAt,
  { settings }: JobContext,
  { onDone }: Listener,
): Promise<Taught> {
  const { token, classWord } = concept;
  const { base, method } = tools;
  const { lesson: form = usualForm } = way;
  const seed = lessonSeed(concept, way.order);
  const doing = `${way.title}: teaching ${token} ${classWord}, ${position} of ${of}`;
  const lesson = {
    base,
    method,
    model: composition.model,
    known: earlier,
    seed,
    steps: settings.lessonSteps,
    looks: form.captions === 'seen',
    closeUps: form.closeUps ?? true,
  };
  const learned = await teachConcept(lesson, inForm(concept, form), {
    ...jobTurns,
    onPreparing() {},
    onStep: (_, steps) => onDone(lessonWork / steps, doing),
  });
  const { concept: taught, overlap, ...numbers } = learned;
  const record = { token, classWord, seed, ...numbers, ...(overlap !== undefined && { overlap }) };
  return { concept: taught, record };
}

/** Embeddings of each concept's drawings, taught and further ones, computed once. */
export function referencesIn({ base, judges }: Pick<WalkTools, 'base' | 'judges'>, further: number) {
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
