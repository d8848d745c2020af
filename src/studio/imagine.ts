import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import type { ImagineOutcome } from '../engine/protocol.ts';
import type { JobContext } from '../jobs/queue.ts';
import { encodeShown } from '../pictures/encode.ts';
import { labelledGrid } from '../pictures/grid.ts';
import { raise, unwrap } from '../result.ts';
import { flaggedNotes } from './flagged.ts';
import { openLibrary, requireUsable, withLibrary } from './library.ts';
import { drawingLimits as limits } from './limits.ts';
import type { StudioParts } from './parts.ts';
import { cleanPrompt, numberWithin } from './prompt.ts';
import type { ImagineRequest } from './requests.ts';
import { type Size, sizeOf } from './size.ts';
import type { Imagined } from './studio.ts';

/** A drawing that has been checked, waiting for its turn. */
export type ImagineJob = Required<Omit<ImagineRequest, 'by' | 'width' | 'height'>> & { readonly size?: Size };

/** Where neither the model nor whoever set the studio up says. */
const plainDrawing = { steps: 25, guidanceScale: 4 };

/** Checks what was asked, before it waits for its turn. Raises what is wrong with it. */
export async function prepareImagine(
  parts: StudioParts,
  server: string,
  request: ImagineRequest,
): Promise<ImagineJob> {
  const prompt = cleanPrompt(request.prompt);
  if (prompt === '')
    raise('invalid-option', 'The prompt is empty: say what to draw, such as a dog in the park.');
  const model = unwrap(await parts.describe());
  const { steps, guidanceScale } = { ...plainDrawing, ...model.drawing };
  const size = sizeOf(request, model, parts.limits.side);
  const job = {
    prompt,
    negativePrompt: cleanPrompt(request.negativePrompt ?? ''),
    count: numberWithin('count', request.count, 1, { ...limits.count, whole: true }),
    seed: numberWithin('seed', request.seed, randomInt(2 ** 32), { ...limits.seed, whole: true }),
    steps: numberWithin('number of steps', request.steps, steps, { ...limits.steps, whole: true }),
    guidanceScale: numberWithin('guidance scale', request.guidanceScale, guidanceScale, {
      ...limits.guidance,
      whole: false,
    }),
    ...(size && { size }),
  };
  await libraryFor(parts, server, job);
  return job;
}

/** Draws with all of the server's concepts as they are now: one may have been forgotten while the job waited. */
export async function imagine(
  parts: StudioParts,
  server: string,
  job: ImagineJob,
  context: JobContext,
): Promise<Imagined> {
  const { engine, model } = parts;
  const flagged = await parts.flaggedOf(server);
  const task = { ...job, kind: 'imagine', model, flagged } as const;
  const { library, outcome } = await withLibrary(
    () => libraryFor(parts, server, job),
    ({ refs }) => engine.imagine({ ...task, concepts: refs }, context),
  );
  const { images, seconds } = outcome;
  const { prompt, seed, steps, guidanceScale } = job;
  return {
    prompt,
    model: basename(model),
    seed,
    seconds,
    steps,
    guidanceScale,
    ...(job.size && { size: job.size }),
    pictures: await Promise.all(images.map((image) => encodeShown(image))),
    ...(images.length > 1 && { grid: await labelledGrid(images) }),
    notes: [
      ...flaggedNotes(outcome.flagged, images.length, flagged),
      ...promptNotes(outcome, job),
      ...library.notes,
    ],
  };
}

async function libraryFor({ store, describe }: StudioParts, server: string, job: ImagineJob) {
  const library = await openLibrary(store, server, unwrap(await describe()).id);
  await requireUsable(store, server, library, `${job.prompt} ${job.negativePrompt}`);
  return library;
}

/** What of the prompts was not drawn, and why. */
function promptNotes(
  { ignoredText, ignoredNegative }: ImagineOutcome,
  { negativePrompt, guidanceScale }: ImagineJob,
): readonly string[] {
  const notes: string[] = [];
  if (ignoredText)
    notes.push(
      `The prompt is longer than the model reads, so this was not drawn: “${startOf(ignoredText)}”.`,
    );
  if (ignoredNegative)
    notes.push(
      `The negative prompt is longer than the model reads, so this was not kept out: “${startOf(ignoredNegative)}”.`,
    );
  if (negativePrompt !== '' && guidanceScale <= 1)
    notes.push(`With guidance ${guidanceScale} a negative prompt does nothing: give more than 1 to use it.`);
  return notes;
}

function startOf(text: string): string {
  const start = [...text].slice(0, 120).join('');
  return start.length < text.length ? `${start}…` : start;
}
