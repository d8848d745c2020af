import { type Concept, type Inventory, tokenOf } from '../src/concept.ts';
import { attempt, raise } from '../src/result.ts';
import { type Blobs, hashOf } from './blobs.ts';
import { additionsKey, conceptKey, counterKey, lastNumber, storedNumbers } from './concept-keys.ts';
import { readConcept } from './concept-record.ts';
import type { HeldFiles } from './held-files.ts';
import { bytesOfConcepts } from './kept-bytes.ts';
import { requireWanted, wantedKeys } from './ledger.ts';
import { createLinkedFiles, type Write } from './linked-files.ts';
import { keyOf, type Metadata, serverKey } from './metadata.ts';
import { countIn, numberIn, numberOf } from './numbers.ts';
import { isEntryName } from './servers.ts';
import type { ConceptStore, Restored, Unless } from './store.ts';
import { conceptAt, filesOf } from './sweep.ts';

export interface ConceptStoreOptions {
  readonly metadata: Metadata;
  readonly blobs: Blobs;
  readonly files: HeldFiles;
}

/**
 * Concepts over records and blobs. A server's list is read from the keys of its records, so there is no second
 * list to fall out of step. Several processes may have one open: what is written depends on what was read, and holds only where that is
 * still so ({@link Metadata.update}).
 */
export function createConceptStore({ metadata, blobs, files }: ConceptStoreOptions): ConceptStore {
  const linked = createLinkedFiles({ metadata, blobs, files });

  /** Every number under which something is stored, and what that is. */
  const records = async (server: string): Promise<readonly (readonly [number, unknown])[]> => {
    const numbers = await storedNumbers(metadata, server);
    if (numbers.length === 0) return [];
    const stored: readonly unknown[] = await metadata.getMany(
      numbers.map((number) => conceptKey(server, number)),
    );
    return numbers.map((number, index) => [number, stored[index]]);
  };

  const inventory = async (server: string): Promise<Inventory> => {
    const concepts: Concept[] = [];
    const damaged: string[] = [];
    for (const [number, stored] of await records(server)) {
      const concept = readConcept(stored, number);
      if (concept) concepts.push(concept);
      else if (stored !== undefined) damaged.push(tokenOf(number));
    }
    return { concepts, damaged };
  };

  const get = async (server: string, token: string) => {
    const number = numberOf(token);
    const stored: unknown = number && (await metadata.get(conceptKey(server, number)));
    return stored === undefined ? undefined : soundConcept(stored, token);
  };

  const put = async (
    server: string,
    concept: Concept,
    bytes: readonly Uint8Array[],
    { additions, job }: Unless = {},
  ) => {
    const { number } = concept;
    assertWhole(concept, bytes);
    const key = conceptKey(server, number);
    const keys = [key, counterKey(server), additionsKey(server), ...wantedKeys(server, job)];
    await linked.write(bytes, new Map([[key, concept]]), keys, ([there, last, added, ...wanted]) => {
      if (number > numberIn(last)) throw new RangeError(`number ${number} was never reserved`);
      if (job !== undefined) requireWanted(wanted);
      if (job !== undefined && there !== undefined) raise('outrun', outrun);
      if (there !== undefined) throw new RangeError(`number ${number} is taken`);
      if (additions !== undefined && additions !== countIn(added)) raise('outrun', outrun);
      return [
        [key, concept],
        [additionsKey(server), countIn(added) + 1],
      ];
    });
  };

  const restore = async (server: string, { concepts, entries, last: before, job }: Restored) => {
    for (const { concept, files: own } of concepts) assertWhole(concept, own);
    if (![...entries.keys()].every(isEntryName)) throw new RangeError('a server has no entry of that name');
    const known = before ?? (await lastNumber(metadata, server));
    const additions = countIn(await metadata.get(additionsKey(server)));
    if ((await storedNumbers(metadata, server)).length > 0) notEmpty();
    const own = new Map(concepts.map(({ concept }) => [conceptKey(server, concept.number), concept]));
    const last = Math.max(known, ...concepts.map(({ concept }) => concept.number));
    await linked.write(
      concepts.flatMap((one) => one.files),
      own,
      [counterKey(server), additionsKey(server), ...wantedKeys(server, job)],
      ([counter, added, ...wanted]) => {
        if (job !== undefined) requireWanted(wanted);
        if (countIn(added) !== additions) notEmpty();
        if (numberIn(counter) !== known) raise('outrun', outrun);
        return [
          ...own,
          ...[...entries].map(([name, value]): Write => [serverKey(server, name), value]),
          [counterKey(server), last],
          [additionsKey(server), countIn(added) + 1],
        ];
      },
    );
  };

  const forget = async (server: string, token: string) => {
    const number = numberOf(token) ?? notThere(token);
    const key = conceptKey(server, number);
    const known = readConcept(await metadata.get(key), number);
    return linked.release(new Map(known ? [[key, known]] : []), [key], ([stored]) => {
      if (stored === undefined) notThere(token);
      return { result: readConcept(stored, number), writes: [[key, undefined]] };
    });
  };

  /** Some at a time, until nothing is left, whatever others write meanwhile. */
  const erase = async (server: string) => {
    for (const prefix of [`${serverKey(server)}/`, `${keyOf('ledger', server)}/`]) {
      for (;;) {
        const page = await metadata.storage.keys(prefix, '', 100);
        if (page.length === 0) break;
        const stored: readonly unknown[] = await metadata.getMany([...page]);
        const concepts = page.flatMap((key, index) => {
          const concept = conceptAt(key, stored[index]);
          return concept ? [[key, concept] as const] : [];
        });
        await linked.release(new Map(concepts), page, () => ({
          result: undefined,
          writes: page.map((key) => [key, undefined]),
        }));
      }
    }
  };

  return {
    reserveNumber: async (server) =>
      metadata.update([counterKey(server)], ([last]) => {
        const number = numberIn(last) + 1;
        return { result: number, writes: [[counterKey(server), number]] };
      }),

    lastNumber: (server) => lastNumber(metadata, server),
    additions: async (server) => countIn(await metadata.get(additionsKey(server))),
    inventory,
    list: async (server) => (await inventory(server)).concepts,
    bytes: async (server) => bytesOfConcepts(blobs, (await inventory(server)).concepts),
    get,
    put: (server, concept, bytes, unless) => attempt(() => put(server, concept, bytes, unless)),

    rename: (server, token, label) =>
      attempt(() => {
        const number = numberOf(token) ?? notThere(token);
        const key = conceptKey(server, number);
        return metadata.update([key], ([stored]) => {
          if (stored === undefined) notThere(token);
          const concept = { ...soundConcept(stored, token), label };
          return { result: concept, writes: [[key, concept]] };
        });
      }),

    forget: (server, token) => attempt(() => forget(server, token)),
    restore: (server, restored) => attempt(() => restore(server, restored)),
    erase,
    readBlob: blobs.read,
    checkBlob: blobs.check,
    blobPath: blobs.path,
  };
}

const outrun = 'Something else was learned here meanwhile, and might have taken the same weights: try again.';

function notEmpty(): never {
  raise('not-allowed', 'Concepts are known here already, and these can only be put where there are none.');
}

function notThere(token: string): never {
  raise('not-found', `There is no ${token} on this server.`);
}

function soundConcept(stored: unknown, token: string): Concept {
  return (
    readConcept(stored, numberOf(token) ?? 0) ??
    raise(
      'storage-corrupt',
      `The record of ${token} is damaged: put the data folder back from a backup, or have an administrator /forget ${token}.`,
    )
  );
}

/** Throws where a concept is not whole, or comes with other files than it names. */
function assertWhole(concept: Concept, files: readonly Uint8Array[]): void {
  if (!readConcept(concept, concept.number)) throw new TypeError('this is not a whole concept');
  if (new Set(filesOf(concept)).symmetricDifference(new Set(files.map(hashOf))).size > 0)
    throw new TypeError('a concept comes with exactly the files that it names');
}
