import type { ConceptStore } from '../../model-store/store.ts';
import { type Concept, tokensIn } from '../concept.ts';
import type { ConceptRef } from '../engine/protocol.ts';
import { requireReadable } from '../personalize/beside-damaged.ts';
import { attempt, failure, type Problem, type Result, raise, unwrap } from '../result.ts';

/** A server's concepts as the engine gets them: all that can be used, whether a prompt names them or not. */
export interface Library {
  readonly refs: readonly ConceptRef[];
  /** Why a concept cannot be used, by token. */
  readonly unusable: ReadonlyMap<string, Problem>;
  /** The tokens of those whose weights or records are damaged or missing. */
  readonly damaged: readonly string[];
  /** A sentence for each of the damaged. */
  readonly notes: readonly string[];
}

/**
 * Sorts a server's concepts into those that can be used with the model `model` and those that cannot: taught on another
 * model, or with a damaged file. One that cannot leaves the others as they are.
 */
export async function openLibrary(store: ConceptStore, server: string, model: string): Promise<Library> {
  const refs: ConceptRef[] = [];
  const unusable = new Map<string, Problem>();
  const damaged: string[] = [];
  const notes: string[] = [];
  const known = await store.inventory(server);
  for (const concept of known.concepts) {
    const { token, blob } = concept;
    if (concept.model !== model) {
      unusable.set(token, taughtElsewhere(concept));
      continue;
    }
    const sound = await readable(concept, store.checkBlob(blob));
    if (sound.ok) refs.push(refOf(store, concept));
    else if (await store.get(server, token)) {
      unusable.set(token, sound.problem);
      damaged.push(token);
      notes.push(`${nameOf(concept)} was left out, because its stored weights are damaged or missing.`);
    }
  }
  for (const token of known.damaged) {
    damaged.push(token);
    notes.push(`${token} was left out, because its record is damaged.`);
  }
  return { refs, unusable, damaged, notes };
}

/** A library in which all that is there can be read. Raises 'storage-corrupt' while a concept is damaged. */
export async function openWhole(store: ConceptStore, server: string, model: string): Promise<Library> {
  const library = await openLibrary(store, server, model);
  requireReadable(library.damaged);
  return library;
}

/** How often a lesson is begun again because another concept was learned meanwhile, by another machine. */
const mostTries = 3;

/**
 * Does what ends in storing a concept that may have been made with regard to the server's others: begins again where it was and others
 * were added meanwhile. `work` gets the {@link ConceptStore.additions} to store it with.
 */
export async function besideOthers<T>(
  store: ConceptStore,
  server: string,
  work: (additions: number) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const additions = await store.additions(server);
    const done = await attempt(() => work(additions));
    if (done.ok || done.problem.code !== 'outrun' || tries === mostTries) return unwrap(done);
  }
}

/**
 * Has the engine work with a server's concepts. A file that the engine does not find as it should be may be that of a
 * concept forgotten since they were listed: then it works once more, with those that there are now.
 */
export async function withLibrary<T>(
  open: () => Promise<Library>,
  work: (library: Library) => Promise<Result<T>>,
): Promise<{ readonly library: Library; readonly outcome: T }> {
  const library = await open();
  const first = await work(library);
  if (first.ok || first.problem.code !== 'storage-corrupt') return { library, outcome: unwrap(first) };
  const now = await open();
  const hashes = ({ refs }: Library) => refs.map(({ sha256 }) => sha256).join();
  return { library: now, outcome: unwrap(hashes(now) === hashes(library) ? first : await work(now)) };
}

/** The concept with this token. Raises 'unknown-token', naming those that there are. */
export async function requireConcept(store: ConceptStore, server: string, token: string): Promise<Concept> {
  const concept = await store.get(server, token);
  return (
    concept ?? raise('unknown-token', `There is no ${shown(token)} here. ${listed(await store.list(server))}`)
  );
}

/** Raises where a text names a concept that the server has not, or that cannot be used. */
export async function requireUsable(
  store: ConceptStore,
  server: string,
  library: Library,
  text: string,
): Promise<void> {
  for (const token of tokensIn(text)) {
    const problem = library.unusable.get(token);
    if (problem) raise(problem.code, problem.message);
    if (!library.refs.some((ref) => ref.token === token)) await requireConcept(store, server, token);
  }
}

/** A file of a concept, or the sentence that says which concept's is damaged and what to do. */
export async function readable<T>(concept: Concept, file: Promise<Result<T>>): Promise<Result<T>> {
  const read = await file;
  if (read.ok || read.problem.code !== 'storage-corrupt') return read;
  return failure(
    'storage-corrupt',
    `What was stored of ${nameOf(concept)} is damaged or missing. Put the data folder back from a backup, or ` +
      `/forget ${concept.token} and teach it again; every other concept is as it was.`,
  );
}

/** Where the engine finds a concept's weights. */
export function refOf(store: ConceptStore, { token, blob }: Concept): ConceptRef {
  return { token, path: store.blobPath(blob), sha256: blob };
}

/** `<new3> hat` */
export function nameOf({ token, classWord }: Concept): string {
  return `${token} ${classWord}`;
}

/** The problem 'invalid-model', with what to do about it. */
export function taughtElsewhere(concept: Concept): Problem {
  return {
    code: 'invalid-model',
    message: `${nameOf(concept)} was taught on another base model: start the bot with that model, or teach it again.`,
  };
}

const mostNamed = 12;

function listed(concepts: readonly Concept[]): string {
  if (concepts.length === 0) return 'Nothing has been taught here yet: /teach comes first.';
  const names = concepts.slice(-mostNamed).map(nameOf).join(', ');
  return concepts.length > mostNamed
    ? `The newest are ${names}; /concepts lists all.`
    : `Taught here: ${names}.`;
}

function shown(token: string): string {
  return token.length > 20 ? `${token.slice(0, 20)}…` : token;
}
