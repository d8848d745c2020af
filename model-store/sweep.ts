import { setImmediate as turn } from 'node:timers/promises';
import type { Concept } from '../src/concept.ts';
import type { Blobs } from './blobs.ts';
import { isAhead } from './clock.ts';
import { readConcept } from './concept-record.ts';
import {
  changedFiles,
  type FileRecord,
  fileKey,
  type HeldFiles,
  needed,
  readFileRecord,
  unknownHolder,
} from './held-files.ts';
import type { Metadata } from './metadata.ts';

export interface SweepOptions {
  readonly metadata: Metadata;
  readonly blobs: Blobs;
  readonly files: HeldFiles;
  /** Age of claims and of files that nothing names at which they go, in milliseconds. */
  readonly age: number;
  readonly onLeftBehind: (error: unknown) => void;
  /** Ends it where it is: the next one begins anew. */
  readonly signal?: AbortSignal;
}

const sweptKey = 'swept';
const conceptKeyPattern = /^server\/[^/]+\/concept\/(\d+)$/;

/** The files that a concept names. */
export function filesOf({ blob, sample }: Concept): readonly string[] {
  return sample === undefined ? [blob] : [blob, sample];
}

/** What is stored under a key as the concept that it is; undefined where it is none that can be read. */
export function conceptAt(key: string, stored: unknown): Concept | undefined {
  const number = conceptKeyPattern.exec(key)?.[1];
  return number === undefined ? undefined : readConcept(stored, Number(number));
}

/**
 * Holds what is known of files against the records that name them, after whatever crashed: claims that nobody came back for, records of files that
 * were lost, files that nothing names; and deletes for good what has expired. While a record of a concept is damaged, no file goes of which that one
 * might be the last.
 *
 * Does nothing where any process did within half of `age`: whoever looks that often would else find it due every other time. Nor by a clock that is
 * ahead of the store's, of which `onLeftBehind` hears. Resolves with whether it has looked at everything.
 */
export async function sweep(options: SweepOptions): Promise<boolean> {
  const { metadata, blobs, files, age, onLeftBehind, signal } = options;
  if (!(await isDue(options))) return false;
  const before = Date.now() - age;
  await metadata.storage.tidy();
  const { named, complete } = await holdersByFile(metadata);

  /** Where other records came to hold the file meanwhile, it is left alone until they were looked at too. */
  const mend = async (sha256: string, keys = [...(named.get(sha256) ?? [])]): Promise<void> => {
    const { others, going } = await metadata.update<Mending>(
      [fileKey(sha256), ...keys],
      ([stored, ...holders]) => {
        const known = readFileRecord(stored);
        const others = known.holders.filter((key) => key !== unknownHolder && !keys.includes(key));
        if (others.length > 0) return { result: { others, going: new Map() } };
        const now = mended(known, { sha256, keys, holders, before, complete });
        const { going, writes } = changedFiles(new Map([[sha256, now]]));
        const same = stored !== undefined && JSON.stringify(now) === JSON.stringify(known);
        return { result: { others, going }, writes: same ? [] : writes };
      },
    );
    await files.finish(going);
    if (others.length > 0) await mend(sha256, [...keys, ...others]);
  };

  const known = new Set(named.keys());
  for await (const key of metadata.keysUnder(fileKey(''))) known.add(key.slice(fileKey('').length));
  for (const sha256 of known) {
    if (signal?.aborted) return false;
    await mend(sha256);
    await turn();
  }
  await blobs.removeDrafts(before, onLeftBehind);
  for await (const { sha256, writtenAt } of blobs.list()) {
    if (signal?.aborted) return false;
    if (complete && writtenAt < before && !known.has(sha256)) await mend(sha256);
  }
  return true;
}

/** Of those who ask at once one is told that it is. A time to come is of a clock that was wrong. */
async function isDue({ metadata, age, onLeftBehind }: SweepOptions): Promise<boolean> {
  const isLongAgo = (last: unknown, now: number) =>
    typeof last !== 'number' || last <= now - age / 2 || last > now;
  if (!isLongAgo(await metadata.get(sweptKey), Date.now())) return false;
  if (await isAhead(metadata.storage)) {
    onLeftBehind(new Error("this machine's clock is ahead of the store's: set it right"));
    return false;
  }
  return metadata.update([sweptKey], ([last]) => {
    const now = Date.now();
    const due = isLongAgo(last, now);
    return { result: due, writes: due ? [[sweptKey, now]] : [] };
  });
}

/** The keys of the concepts that name each file. Not complete where a record cannot be read. */
async function holdersByFile(
  metadata: Metadata,
): Promise<{ named: ReadonlyMap<string, ReadonlySet<string>>; complete: boolean }> {
  const named = new Map<string, Set<string>>();
  let complete = true;
  for await (const page of pagesOfConcepts(metadata)) {
    await turn();
    const stored: readonly unknown[] = await metadata.getMany([...page]);
    for (const [index, key] of page.entries()) {
      const concept = conceptAt(key, stored[index]);
      if (!concept && stored[index] !== undefined) complete = false;
      for (const sha256 of concept ? filesOf(concept) : [])
        named.set(sha256, (named.get(sha256) ?? new Set()).add(key));
    }
  }
  return { named, complete };
}

async function* pagesOfConcepts(metadata: Metadata): AsyncGenerator<readonly string[]> {
  let page: string[] = [];
  for await (const key of metadata.keysUnder('server/')) {
    if (!conceptKeyPattern.test(key)) continue;
    page.push(key);
    if (page.length < 256) continue;
    yield page;
    page = [];
  }
  yield page;
}

interface Mending {
  /** Keys of records that hold the file and were not looked at. */
  readonly others: readonly string[];
  readonly going: ReadonlyMap<string, string>;
}

interface Found {
  readonly sha256: string;
  /** Keys of records that may name the file, and what is under them now. */
  readonly keys: readonly string[];
  readonly holders: readonly unknown[];
  readonly before: number;
  readonly complete: boolean;
}

/** A holder is one whose record names the file, or cannot be read. */
function mended(known: FileRecord, { sha256, keys, holders, before, complete }: Found): FileRecord {
  const holding = keys.filter((key, index) => {
    const concept = conceptAt(key, holders[index]);
    return concept ? filesOf(concept).includes(sha256) : holders[index] !== undefined;
  });
  const unsure = !complete && known.holders.includes(unknownHolder);
  const claims = Object.entries(known.claims).filter(([, since]) => since > before);
  const { going } = known;
  return needed({
    holders: [...holding, ...(unsure ? [unknownHolder] : [])],
    claims: Object.fromEntries(claims),
    ...(going !== undefined && holding.length === 0 && { going }),
  });
}
