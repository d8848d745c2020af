import type { Keyv } from 'keyv';
import PQueue from 'p-queue';
import { type Concept, type Inventory, tokenOf } from '../src/concept.ts';
import { attempt, raise } from '../src/result.ts';
import { type Blobs, hashOf } from './blobs.ts';
import { readConcept } from './concept-record.ts';
import { recordsUnder, serverKey } from './metadata.ts';
import { isEntryName } from './servers.ts';
import type { ConceptStore, Restored } from './store.ts';

const counterKey = (server: string) => serverKey(server, 'last-number');
const conceptKey = (server: string, number: number) => serverKey(server, 'concept', number);
const conceptKeyPattern = /^server\/[^/]+\/concept\/(\d+)$/;

const tokenPattern = /^<new([1-9]\d{0,8})>$/;

export interface ConceptStoreOptions {
  readonly metadata: Keyv;
  readonly blobs: Blobs;
  /** Files that no record names are removed at open where they are older than this, in milliseconds. */
  readonly orphanAge: number;
  /** Hears why a file that nothing needs any more could not be removed; the next open tries again. */
  readonly onLeftBehind: (error: unknown) => void;
}

/**
 * Concepts over Keyv and a folder of blobs. A server's list is read from its records by number, so there is no second
 * list to fall out of step. Writes go one at a time, which makes each of them atomic within this process.
 */
export async function createConceptStore({
  metadata,
  blobs,
  orphanAge,
  onLeftBehind,
}: ConceptStoreOptions): Promise<ConceptStore> {
  const references = await countReferences(metadata);
  if (references.complete)
    await blobs.sweep(new Set(references.counts.keys()), Date.now() - orphanAge, onLeftBehind);
  const writes = new PQueue({ concurrency: 1 });

  const refer = (concept: Concept, by: 1 | -1) => {
    for (const sha256 of filesOf(concept))
      references.counts.set(sha256, (references.counts.get(sha256) ?? 0) + by);
  };
  /** Never rejects: what has been recorded or forgotten by then stays so, whatever becomes of the file. */
  const removeUnreferenced = async (hashes: Iterable<string>) => {
    for (const sha256 of hashes) {
      if (!references.counts.get(sha256)) await blobs.remove(sha256).catch(onLeftBehind);
    }
  };

  const lastNumber = async (server: string) => {
    const stored: unknown = (await metadata.get(counterKey(server))) ?? 0;
    if (typeof stored === 'number' && Number.isSafeInteger(stored)) return stored;
    raise(
      'storage-corrupt',
      "The record of this server's tokens is damaged: put the data folder back from a backup.",
    );
  };

  /** Every number given with what is stored under it now. */
  const records = async (server: string): Promise<readonly (readonly [number, unknown])[]> => {
    const numbers = Array.from({ length: await lastNumber(server) }, (_, index) => index + 1);
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

  const record = async (server: string, token: string) => {
    const number = Number(tokenPattern.exec(token)?.[1]);
    if (Number.isNaN(number)) return undefined;
    const stored: unknown = await metadata.get(conceptKey(server, number));
    return stored === undefined ? undefined : { number, concept: readConcept(stored, number) };
  };

  const get = async (server: string, token: string) => {
    const found = await record(server, token);
    if (!found) return undefined;
    return (
      found.concept ??
      raise(
        'storage-corrupt',
        `The record of ${token} is damaged: put the data folder back from a backup, or have an administrator /forget ${token}.`,
      )
    );
  };

  const notThere = (token: string) => raise('not-found', `There is no ${token} on this server.`);

  const existing = async (server: string, token: string) => (await get(server, token)) ?? notThere(token);

  /** Writes files and then what names them; files that nothing names are removed where that fails. */
  const writeBoth = async (files: readonly Uint8Array[], writeRecords: () => Promise<unknown>) => {
    const written: string[] = [];
    try {
      for (const file of files) {
        written.push(hashOf(file));
        await blobs.write(file);
      }
      await writeRecords();
    } catch (error) {
      await removeUnreferenced(written);
      throw error;
    }
  };

  const store = async (server: string, concept: Concept, files: readonly Uint8Array[]) => {
    const { number } = concept;
    assertWhole(concept, files);
    if (number > (await lastNumber(server))) throw new RangeError(`number ${number} was never reserved`);
    if (await metadata.has(conceptKey(server, number))) throw new RangeError(`number ${number} is taken`);
    await writeBoth(files, () => metadata.set(conceptKey(server, number), concept));
    refer(concept, 1);
  };

  const restore = async (server: string, { concepts, entries }: Restored) => {
    for (const { concept, files } of concepts) assertWhole(concept, files);
    if (![...entries.keys()].every(isEntryName)) throw new RangeError('a server has no entry of that name');
    if ((await records(server)).some(([, stored]) => stored !== undefined))
      raise(
        'not-allowed',
        'Concepts are known here already, and these can only be put where there are none.',
      );
    const written: readonly (readonly [string, unknown])[] = [
      ...concepts.map(({ concept }) => [conceptKey(server, concept.number), concept] as const),
      ...[...entries].map(([name, value]) => [serverKey(server, name), value] as const),
      [
        counterKey(server),
        Math.max(await lastNumber(server), ...concepts.map(({ concept }) => concept.number)),
      ],
    ];
    await writeBoth(
      concepts.flatMap(({ files }) => files),
      () => metadata.setMany<unknown>(written.map(([key, value]) => ({ key, value }))),
    );
    for (const { concept } of concepts) refer(concept, 1);
  };

  return {
    reserveNumber: (server) =>
      writes.add(async () => {
        const number = (await lastNumber(server)) + 1;
        await metadata.set(counterKey(server), number);
        return number;
      }),

    inventory,
    list: async (server) => (await inventory(server)).concepts,
    get,
    put: (server, concept, files) => writes.add(() => attempt(() => store(server, concept, files))),

    rename: (server, token, label) =>
      writes.add(() =>
        attempt(async () => {
          const concept = { ...(await existing(server, token)), label };
          await metadata.set(conceptKey(server, concept.number), concept);
          return concept;
        }),
      ),

    forget: (server, token) =>
      writes.add(() =>
        attempt(async () => {
          const { number, concept } = (await record(server, token)) ?? notThere(token);
          await metadata.delete(conceptKey(server, number));
          if (!concept) return undefined;
          refer(concept, -1);
          await removeUnreferenced(filesOf(concept));
          return concept;
        }),
      ),

    restore: (server, restored) => writes.add(() => attempt(() => restore(server, restored))),

    erase: (server) =>
      writes.add(async () => {
        const stored = await recordsUnder(metadata, serverKey(server));
        await metadata.deleteMany([...stored.keys()].map((name) => serverKey(server, name)));
        const concepts = [...stored].flatMap(([name, value]) => {
          const number = /^concept\/(\d+)$/.exec(name)?.[1];
          return number === undefined ? [] : (readConcept(value, Number(number)) ?? []);
        });
        for (const concept of concepts) refer(concept, -1);
        await removeUnreferenced(concepts.flatMap(filesOf));
      }),

    readBlob: blobs.read,
    checkBlob: blobs.check,
    blobPath: blobs.path,

    async close() {
      await writes.onIdle();
      await metadata.disconnect();
    },
  };
}

/** Throws where a concept is not whole, or comes with other files than it names. */
function assertWhole(concept: Concept, files: readonly Uint8Array[]): void {
  if (!readConcept(concept, concept.number)) throw new TypeError('this is not a whole concept');
  if (new Set(filesOf(concept)).symmetricDifference(new Set(files.map(hashOf))).size > 0)
    throw new TypeError('a concept comes with exactly the files that it names');
}

function filesOf({ blob, sample }: Concept): readonly string[] {
  return sample === undefined ? [blob] : [blob, sample];
}

/** How many records name each blob. Not complete where a record is damaged: what it named must not be swept. */
async function countReferences(metadata: Keyv): Promise<{ counts: Map<string, number>; complete: boolean }> {
  const counts = new Map<string, number>();
  let complete = true;
  for await (const [key, stored] of metadata.iterator() as AsyncIterable<[string, unknown]>) {
    const number = conceptKeyPattern.exec(key)?.[1];
    if (number === undefined) continue;
    const concept = readConcept(stored, Number(number));
    if (!concept) complete = false;
    else for (const sha256 of filesOf(concept)) counts.set(sha256, (counts.get(sha256) ?? 0) + 1);
  }
  return { counts, complete };
}
