import { hashOf } from '../../../model-store/blobs.ts';
import { type Concept, tokenOf } from '../../concept.ts';
import type { AdoptOutcome, AdoptTask, Engine, TaskOptions } from '../../engine/protocol.ts';
import { cleanClassWord, cleanLabel } from '../../personalize/class-word.ts';
import { contactSheet } from '../../pictures/grid.ts';
import type { Veil } from '../../pictures/veil.ts';
import { raise, unwrap } from '../../result.ts';
import { flaggedNotes } from '../flagged.ts';
import { besideOthers, openWhole, withLibrary } from '../library.ts';
import { archiveLimits as limits } from '../limits.ts';
import { lengthOf, requireBytes } from '../rules/bytes.ts';
import { tooManyConcepts } from '../rules/sentences.ts';
import type { BroughtIn, ImportRequest } from './data.ts';
import type { ImportParts } from './import.ts';

export interface AdoptParts extends Omit<ImportParts, 'engine'> {
  readonly engine: Pick<Engine, 'adopt'>;
  /** What is done on the server with samples that the model's safety checker flags. */
  readonly flagged: Veil;
}

/** One concept more, from files of a single one. What fails leaves nothing but a number that is not given again. */
export async function adoptConcept(
  { store, engine, folder, model, mostConcepts, mostBytes, flagged, job }: AdoptParts,
  server: string,
  request: ImportRequest,
  options: TaskOptions,
): Promise<BroughtIn> {
  const { files, user: taughtBy } = request;
  const known = (await store.inventory(server)).concepts.length;
  if (known + 1 > mostConcepts) raise('not-allowed', tooManyConcepts(known, mostConcepts));
  if (files.some(({ length }) => length > limits.conceptBytes))
    raise('invalid-file', `The file of a concept has at most ${limits.conceptBytes / 2 ** 20} MB.`);
  await requireBytes(store, server, 1, mostBytes);
  const said = {
    ...(request.classWord !== undefined && { classWord: unwrap(cleanClassWord(request.classWord)) }),
    ...(request.kind && { conceptKind: request.kind }),
  };
  const label = request.label === undefined ? undefined : unwrap(cleanLabel(request.label));
  await openWhole(store, server, model);
  const number = await store.reserveNumber(server);
  const task = {
    kind: 'adopt',
    model: folder,
    token: tokenOf(number),
    files,
    seed: number,
    flagged,
    ...said,
  } as const;
  return besideOthers(store, server, async (additions) => {
    const { outcome } = await withLibrary(
      () => openWhole(store, server, model),
      ({ refs }) => engine.adopt({ ...task, concepts: refs } satisfies AdoptTask, { ...options, server }),
    );
    requireTypeable(outcome.classWord);
    const sheet = await contactSheet(outcome.samples, 4);
    await requireBytes(store, server, lengthOf([outcome.concept, sheet]), mostBytes);
    if (options.signal?.aborted) raise('cancelled', 'Stopped; nothing was imported.');
    const concept = recordOf(number, outcome, sheet, { model, taughtBy, label: label ?? outcome.classWord });
    const unless = { additions, ...(job !== undefined && { job }) };
    unwrap(await store.put(server, concept, [outcome.concept, sheet], unless));
    const notes = [...outcome.notes, ...flaggedNotes(outcome.flagged, outcome.samples.length, flagged)];
    return { concepts: [concept], entries: [], notes, sheet };
  });
}

/** What a file calls its concept must be what a person could have called it. */
function requireTypeable(classWord: string): void {
  const cleaned = cleanClassWord(classWord);
  if (cleaned.ok && cleaned.value === classWord) return;
  raise(
    'invalid-file',
    'Nobody could have typed what this file says it is of. Say it yourself: /import class:dog.',
  );
}

function recordOf(
  number: number,
  { concept, classWord, kind, method, neurons, share, seconds }: AdoptOutcome,
  sheet: Uint8Array,
  here: Pick<Concept, 'model' | 'taughtBy' | 'label'>,
): Concept {
  return {
    ...here,
    token: tokenOf(number),
    number,
    classWord,
    kind,
    description: '',
    taughtAt: new Date().toISOString(),
    blob: hashOf(concept),
    sample: hashOf(sheet),
    method,
    broughtIn: true,
    numbers: { neurons, share, seconds, steps: 0, lossFirst: 0, lossLast: 0, pictures: 0 },
  };
}
