import { hashOf } from '../../../model-store/blobs.ts';
import type { ConceptStore, Ledger, ServerStore } from '../../../model-store/store.ts';
import type { Concept } from '../../concept.ts';
import type { Engine, TaskOptions } from '../../engine/protocol.ts';
import { firstMethod } from '../../method-names.ts';
import { cleanClassWord, cleanDescription, cleanLabel } from '../../personalize/class-word.ts';
import { redrawPng } from '../../pictures/redraw.ts';
import { raise, unwrap } from '../../result.ts';
import { archiveLimits as limits } from '../limits.ts';
import { lengthOf, requireBytes } from '../rules/bytes.ts';
import { movedTo } from '../rules/keep-settings.ts';
import { tooManyImported } from '../rules/sentences.ts';
import { type ArchivedConcept, decodeArchive, homeOf, refuse } from './archive.ts';
import type { Imported } from './data.ts';
import { requireNoLesson } from './lessons.ts';

export interface ImportParts {
  readonly store: ConceptStore;
  readonly servers: Pick<ServerStore, 'entries'>;
  /** Where the lessons are that other bots are at. */
  readonly ledger?: Ledger;
  readonly engine: Pick<Engine, 'check'>;
  /** Folder of the base model. */
  readonly folder: string;
  /** Its id. */
  readonly model: string;
  /** Most concepts that the server may have. */
  readonly mostConcepts: number;
  /** Most bytes that may be kept of them. */
  readonly mostBytes: number;
  /** Id of the accepted job: nothing is stored once that has ended or was stopped. */
  readonly job?: string;
}

/** A file from outside becomes a server's concepts, once all of it has been looked at. */
export async function importServer(
  parts: ImportParts,
  server: string,
  bytes: Uint8Array,
  options: TaskOptions,
): Promise<Imported> {
  const { store, servers, ledger, model, mostConcepts, mostBytes, job } = parts;
  const { signal, onProgress } = options;
  await requireNoConcepts(store, server);
  const archive = decodeArchive(bytes);
  if (archive.concepts.length > mostConcepts) {
    raise('not-allowed', tooManyImported(archive.concepts.length, mostConcepts));
  }
  if (archive.model !== model) {
    raise(
      'invalid-model',
      'This was taught on another base model than the one in use here: its weights mean nothing to this one. Start the bot ' +
        'with that model, or teach the concepts again.',
    );
  }
  await requireBytes(store, server, lengthOf(archive.concepts.map(({ weights }) => weights)), mostBytes);
  const numbers = archive.concepts.map(({ concept }) => concept.number);
  await requireNoLesson(ledger, server, numbers);
  const concepts: { concept: Concept; files: readonly Uint8Array[] }[] = [];
  for (const [index, archived] of archive.concepts.entries()) {
    if (signal?.aborted) raise('cancelled', 'Stopped; nothing was imported.');
    onProgress?.({ phase: 'checking', step: index + 1, steps: archive.concepts.length });
    concepts.push(await checked(parts, archived, { server, ...(signal && { signal }) }));
  }
  await requireBytes(store, server, lengthOf(concepts.flatMap(({ files }) => files)), mostBytes);
  const { entries, notes } =
    archive.home === homeOf(server)
      ? { entries: archive.entries, notes: [] }
      : movedTo(await servers.entries(server), archive.entries);
  const last = await store.lastNumber(server);
  await requireNoLesson(ledger, server, numbers);
  if (signal?.aborted) raise('cancelled', 'Stopped; nothing was imported.');
  unwrap(await store.restore(server, { concepts, entries, last, ...(job !== undefined && { job }) }));
  return { concepts: concepts.map(({ concept }) => concept), entries: [...entries.keys()], notes };
}

/** What comes keeps its tokens, and each names one concept. */
async function requireNoConcepts(store: ConceptStore, server: string): Promise<void> {
  const { concepts, damaged } = await store.inventory(server);
  const [first] = [...concepts.map(({ token }) => token), ...damaged];
  if (first === undefined) return;
  raise(
    'not-allowed',
    `${first} is known here already. A server is imported only where nothing has been taught, since what comes ` +
      'keeps its tokens: import it on another server, or /forget what is here first.',
  );
}

/** The weights as the engine reads stored ones, the words as a person may type them, the sample drawn anew. */
async function checked(
  { engine, folder }: ImportParts,
  { concept, weights, sample }: ArchivedConcept,
  options: TaskOptions,
): Promise<{ concept: Concept; files: readonly Uint8Array[] }> {
  const { token, classWord, kind, taughtBy, method = firstMethod } = concept;
  const found = unwrap(await engine.check(folder, weights, options));
  if (
    found.token !== token ||
    found.classWord !== classWord ||
    found.kind !== kind ||
    found.method !== method
  )
    refuse(`the record of ${token} says something else than its weights`);
  const words = wordsOf(concept);
  if (!words || !isUserId(taughtBy))
    return refuse(`the record of ${token} has words that nobody could have typed`);
  const kept = { ...concept, ...words };
  if (!sample) return { concept: kept, files: [weights] };
  const pixels = limits.samplePixels;
  const redrawn =
    (await redrawPng(sample, { bytes: limits.sampleBytes, pixels }, options.server)) ?? noPng(token);
  const drawn = redrawn.ok ? redrawn.value : noPng(token);
  return { concept: { ...kept, sample: hashOf(drawn) }, files: [weights, drawn] };
}

/**
 * The label and the description as they would be kept now: archives that were made while more characters that show nothing could be typed
 * have them. Undefined where one of the words could never be typed.
 */
function wordsOf({
  classWord,
  label,
  description,
}: Concept): Pick<Concept, 'label' | 'description'> | undefined {
  const word = cleanClassWord(classWord);
  const called = shown(label) === '' && label !== '' ? classWord : label;
  const name = cleanLabel(called);
  const told = cleanDescription(description);
  if (!word.ok || !name.ok || !told.ok || word.value !== classWord) return undefined;
  if (shown(name.value) !== shown(called) || shown(told.value) !== shown(description)) return undefined;
  return { label: name.value, description: told.value };
}

/** Without what could be typed once and shows nothing. */
function shown(text: string): string {
  return text
    .replace(/[[\p{Default_Ignorable_Code_Point}&&[\p{L}\p{M}]]\u200c\u200d]/gv, '')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC');
}

function isUserId(id: string): boolean {
  return id.length <= 200 && id.isWellFormed();
}

function noPng(token: string): never {
  return refuse(`the sample of ${token} is no sound picture`);
}
