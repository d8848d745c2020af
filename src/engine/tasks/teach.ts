import { requireReadable } from '../../personalize/beside-damaged.ts';
import { lookWhereUncaptioned } from '../../personalize/captions/look.ts';
import { withCloseUps } from '../../personalize/close-ups/close-ups.ts';
import { compose } from '../../personalize/compose.ts';
import { encodeConcept } from '../../personalize/concept-file.ts';
import { lessonOf } from '../../personalize/lesson.ts';
import type { LessonHooks, Methods, Turns } from '../../personalize/method.ts';
import { type SampleRequest, sampleRequests } from '../../personalize/sample-prompts.ts';
import { raise } from '../../result.ts';
import { fileCheckpoints } from '../checkpoints.ts';
import type { Models } from '../models.ts';
import type { TeachTask } from '../protocol.ts';
import { drawOne, drawSamples } from '../samples.ts';
import { traceOf } from '../serve.ts';
import type { Handler, TaskContext } from '../task.ts';

const previewSteps = 8;
const previews = 3;

/** Teaches a concept and draws samples of it. */
export function teachTask(models: Models, methods: Methods): Handler<'teach'> {
  return async (task, context) => {
    context.onProgress({ phase: 'loading', step: 0, steps: 0 });
    const method =
      methods.get(task.method) ??
      raise('invalid-option', 'The method to teach with is not known. See METHOD in the settings.');
    if (method.heedsEarlier) requireReadable(task.damaged ?? []);
    const turns: Turns = { turn: (action) => context.step('training', action) };
    const base = await models.base(task.model);
    const earlier = await models.concepts(base, task.concepts);
    const model = await models.taught(base, task.concepts, turns, earlier);
    const started = performance.now();
    const wanted = sampleRequests(task.token, task.classWord, task.conceptKind, task.seed);
    const hooks = { ...turns, ...telling(models, task, context, wanted[0] as SampleRequest) };
    const asked = { ...task, kind: task.conceptKind };
    const { pictures, closeUps } =
      task.closeUps === false ? { ...asked, closeUps: [] } : await withCloseUps(base, asked, hooks);
    const request = { ...asked, pictures };
    const seen = await lookWhereUncaptioned(base, request, hooks);
    const { lesson, leftOut } = lessonOf({ ...request, seen }, model, earlier);
    const checkpoints =
      task.checkpoint && fileCheckpoints(task.checkpoint, base.folder.id, task, onUnwritten);
    const learned = await method.teach(lesson, { ...hooks, ...(checkpoints && { checkpoints }) });
    const { concept, neurons, ...course } = learned;
    const { model: taught } = await compose(base, [...earlier, concept], methods, turns);
    const { images: samples, flagged } = await drawSamples(models, taught, wanted, task.flagged, context);
    return {
      ...course,
      concept: encodeConcept(concept),
      neurons,
      share: neurons / base.counts.parameters,
      seconds: (performance.now() - started) / 1000,
      samples,
      ...(flagged > 0 && { flagged }),
      captions: lesson.captions.map(([first = '']) => first),
      captionsLeftOut: leftOut,
      ...(closeUps.length > 0 && { closeUps: closeUps.length }),
      ...(method.heedsEarlier && { heedsEarlier: true }),
    };
  };
}

/**
 * Tells how far a lesson is: each step with its loss and the time that is left, a few of them with what the concept looks like by then.
 * @param sample what is drawn for that, in fewer steps
 */
function telling(
  models: Models,
  task: TeachTask,
  context: TaskContext,
  sample: SampleRequest,
): Pick<LessonHooks, 'onPreparing' | 'onStep'> {
  const { onProgress } = context;
  const previewed = { ...sample, steps: previewSteps };
  const training = pace();
  return {
    onPreparing: (phase, step, steps) => onProgress({ phase, step, steps }),
    async onStep(step, steps, loss, sofar) {
      const secondsLeft = training.secondsLeft(step, steps);
      const due = step < steps && step % Math.ceil(steps / (previews + 1)) === 0;
      const preview = due
        ? (await drawOne(models, sofar, previewed, task.flagged, context)).images[0]
        : undefined;
      onProgress({
        phase: 'training',
        step,
        steps,
        loss,
        ...(secondsLeft !== undefined && { secondsLeft }),
        ...(preview && { preview }),
      });
    },
  };
}

function onUnwritten(error: unknown): void {
  process.stderr.write(`a checkpoint could not be written: ${traceOf(error)}\n`);
}

/** How long steps take, from the first one that is told: one that goes on from a checkpoint does not begin with 1. */
function pace() {
  let first: { readonly step: number; readonly at: number } | undefined;
  return {
    /** Undefined at the first step. */
    secondsLeft(step: number, steps: number): number | undefined {
      first ??= { step, at: performance.now() };
      if (step === first.step) return undefined;
      const perStep = (performance.now() - first.at) / (step - first.step) / 1000;
      return perStep * (steps - step);
    },
  };
}
