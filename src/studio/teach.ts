import { hashOf } from '../../model-store/blobs.ts';
import type { ConceptStore } from '../../model-store/store.ts';
import { type Concept, type ConceptKind, tokenOf } from '../concept.ts';
import type { TeachOutcome, TeachTask } from '../engine/protocol.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { Captions } from '../personalize/captions/captioner.ts';
import { cleanClassWord, cleanDescription, cleanLabel } from '../personalize/class-word.ts';
import { contactSheet } from '../pictures/grid.ts';
import type { PixelImage } from '../pictures/image.ts';
import { readPictures } from '../pictures/intake.ts';
import { fitted } from '../pictures/resize.ts';
import { raise, unwrap } from '../result.ts';
import { flaggedNotes } from './flagged.ts';
import type { JobNotes, KeptJob } from './kept-jobs.ts';
import { besideOthers, openLibrary, withLibrary } from './library.ts';
import type { StudioParts } from './parts.ts';
import type { TeachRequest } from './requests.ts';
import { lengthOf, requireBytes } from './rules/bytes.ts';
import type { Taught } from './studio.ts';

/** A teach that has been checked, waiting for its turn. */
export interface TeachJob {
  readonly user: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
  readonly label: string;
  readonly description: string;
  /** At the size of the model that there was when they were sent. */
  readonly pictures: readonly PixelImage[];
  /** What to tell about the pictures. */
  readonly notes: readonly string[];
}

/** Checks what was sent, before it waits for its turn. Raises what is wrong with it. */
export async function prepareTeach(
  parts: StudioParts,
  server: string,
  request: TeachRequest,
): Promise<TeachJob> {
  const classWord = unwrap(cleanClassWord(request.classWord));
  const label = request.label === undefined ? classWord : unwrap(cleanLabel(request.label));
  const description = unwrap(cleanDescription(request.description ?? ''));
  const { pixels } = unwrap(await parts.describe());
  const notes: string[] = [];
  const pictures = unwrap(
    await readPictures(await request.pictures(), {
      ...pixels,
      server,
      fit: request.kind === 'subject' ? 'crop-to-detail' : 'crop',
      limits: { bytes: parts.limits.pictureBytes },
      onNote: (note) => notes.push(note),
    }),
  );
  request.onRead?.();
  return { user: request.user, classWord, kind: request.kind, label, description, pictures, notes };
}

/**
 * Captions, trains and stores. A teach that is cancelled or fails leaves nothing but a number that is not given again. One that was
 * interrupted goes on with what it had decided, and one whose concept is stored gives that.
 */
export async function teach(
  parts: StudioParts,
  server: string,
  job: TeachJob,
  kept: KeptJob<TeachJob>,
  context: JobContext,
): Promise<Taught> {
  const { store, engine, model, teachSteps, closeUps, checkpointSeconds } = parts;
  const { classWord, kind, description } = job;
  const { id, pixels } = unwrap(await parts.describe());
  // Jobs outlive a change of the base model, which may draw in another size.
  const pictures = await Promise.all(job.pictures.map((picture) => fitted(picture, pixels)));
  const known = await kept.notes();
  const method = known.method ?? (await parts.methodOf(server));
  const number = known.number ?? (await store.reserveNumber(server));
  const token = tokenOf(number);
  if (known.number === undefined) await kept.note({ number, method });
  const { captions, note } = await captionsOf(parts, job, token, kept, context);
  const flagged = await parts.flaggedOf(server);
  const task: Omit<TeachTask, 'concepts'> = {
    kind: 'teach',
    model,
    method,
    token,
    classWord,
    conceptKind: kind,
    pictures,
    captions,
    description,
    seed: number,
    flagged,
    ...(teachSteps !== undefined && { steps: teachSteps }),
    ...(!closeUps && { closeUps }),
    ...(kept.path !== undefined && { checkpoint: { path: kept.path, seconds: checkpointSeconds } }),
  };
  return besideOthers(store, server, async (additions) => {
    const stored = await storedBefore(store, server, token, await kept.notes());
    if (stored) return stored;
    const { library, outcome } = await withLibrary(
      () => openLibrary(store, server, id),
      ({ refs, damaged }) =>
        engine.teach({ ...task, concepts: refs, ...(damaged.length > 0 && { damaged }) }, context),
    );
    const sheet = await contactSheet(outcome.samples, 4);
    if (context.signal.aborted) raise('cancelled', 'Stopped; nothing was changed.');
    const concept = conceptOf(number, job, { id, method }, outcome, sheet);
    const captionNotes = [
      ...(note === undefined ? [] : [note]),
      ...closeUpNotes(outcome, job),
      ...describedNotes(outcome),
      ...leftOutNotes(outcome, token),
      ...flaggedNotes(outcome.flagged, outcome.samples.length, flagged),
    ];
    const notes = [...job.notes, ...captionNotes, ...library.notes];
    await requireBytes(store, server, lengthOf([outcome.concept, sheet]), parts.limits.serverBytes);
    await context.confirm();
    await kept.note({ told: notes });
    const unless = {
      ...(outcome.heedsEarlier && { additions }),
      ...(kept.id !== undefined && { job: kept.id }),
    };
    unwrap(await store.put(server, concept, [outcome.concept, sheet], unless));
    return { concept, samples: outcome.samples, sheet, notes };
  });
}

/** What came of the job where its concept is stored, here before a restart or by another machine. */
async function storedBefore(
  store: ConceptStore,
  server: string,
  token: string,
  { told }: JobNotes,
): Promise<Taught | undefined> {
  const concept = told && (await store.get(server, token));
  return concept && { concept, samples: [], sheet: await sheetOf(store, concept), notes: told };
}

/** What a service says of the pictures is asked once: it would not say the same again. */
async function captionsOf(
  { captioner }: StudioParts,
  job: TeachJob,
  token: string,
  kept: KeptJob<TeachJob>,
  context: JobContext,
): Promise<Captions> {
  const { classWord, kind, description, pictures } = job;
  if (!captioner) return { captions: pictures.map(() => []) };
  const { captions: known, captionNote } = await kept.notes();
  if (known) return { captions: known, ...(captionNote !== undefined && { note: captionNote }) };
  context.onProgress({ phase: 'captioning', step: 0, steps: 0 });
  const asked = { token, classWord, kind, description, pictures };
  const captioned = await captioner.caption(asked, context.signal);
  const { captions, note } = captioned;
  await kept.note({ captions, ...(note !== undefined && { captionNote: note }) });
  return captioned;
}

async function sheetOf({ readBlob }: ConceptStore, { sample }: Concept): Promise<Uint8Array> {
  if (sample === undefined) throw new TypeError('a concept that was taught here has a sheet');
  return unwrap(await readBlob(sample));
}

function closeUpNotes({ closeUps }: TeachOutcome, { classWord, pictures }: TeachJob): readonly string[] {
  if (closeUps === undefined) return [];
  const which = pictures.length === 1 ? 'the picture' : `${closeUps} of ${pictures.length} pictures`;
  return [
    `In ${which} the ${classWord} is small: there only the part around it was used. Pictures that it fills teach more.`,
  ];
}

/** What the pictures were taken for: whoever sees a mistake there can send others. */
function describedNotes({ captions }: TeachOutcome): readonly string[] {
  if (captions.length === 0) return [];
  const different = [...new Set(captions)].map((caption) => `“${caption}”`);
  return [`The pictures were described as ${different.join(', ')}.`];
}

function leftOutNotes({ captionsLeftOut }: TeachOutcome, token: string): readonly string[] {
  if (captionsLeftOut === 0) return [];
  const captions = captionsLeftOut === 1 ? '1 caption is' : `${captionsLeftOut} captions are`;
  return [
    `${captions} longer than the model reads, with ${token} in the part that it does not read, and not used.`,
  ];
}

function conceptOf(
  number: number,
  { user, classWord, kind, label, description, pictures }: TeachJob,
  { id, method }: { readonly id: string; readonly method: string },
  outcome: TeachOutcome,
  sheet: Uint8Array,
): Concept {
  const { concept, neurons, share, overlap, seconds, steps, lossFirst, lossLast } = outcome;
  return {
    token: tokenOf(number),
    number,
    classWord,
    kind,
    label,
    description,
    taughtBy: user,
    taughtAt: new Date().toISOString(),
    blob: hashOf(concept),
    sample: hashOf(sheet),
    model: id,
    method,
    numbers: {
      neurons,
      share,
      ...(overlap !== undefined && { overlap }),
      seconds,
      steps,
      lossFirst,
      lossLast,
      pictures: pictures.length,
    },
  };
}
