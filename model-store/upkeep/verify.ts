import { join } from 'node:path';
import { readConcept } from '../concept-record.ts';
import { faultsOf } from '../drivers/sqlite.ts';
import { rowsUnder, type Storage } from '../drivers/storage.ts';
import { namesIn } from '../job-parts.ts';
import { openPlaces, type Places } from '../open-places.ts';
import { opened } from '../sealed.ts';
import { filesOf } from '../sweep.ts';
import { databaseName, isOfJob } from './layout.ts';

export interface Verified {
  readonly records: number;
  readonly concepts: number;
  /** Files of weights and samples. */
  readonly files: number;
  /** Files that no record names: the next sweep removes them. */
  readonly unnamed: number;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
}

/** Reads all that is kept and holds it against its checksums. Changes nothing. */
export async function verify(places: Places): Promise<Verified> {
  const path = join(places.folder, databaseName);
  const faults = (places.storeUrl === undefined ? faultsOf(path) : []).map(
    (line) => `The database is damaged: ${line}.`,
  );
  const { storage, blobs, jobFiles } = await openPlaces(places);
  try {
    const { named, ofJobs, records, concepts } = await readRecords(storage, faults);
    let unnamed = 0;
    for (const [sha256, key] of named) {
      const read = await blobs.readOriginal(sha256);
      if (!read.ok) faults.push(`${read.problem.message} It belongs to ${key}.`);
    }
    for (const [name, key] of ofJobs)
      if (!(await jobFiles.open(name))) faults.push(`The file of the record ${key} is missing or damaged.`);
    for await (const { sha256 } of blobs.list()) if (!named.has(sha256)) unnamed++;
    return { records, concepts, files: named.size, unnamed, faults };
  } finally {
    await storage.close();
    await blobs.close();
  }
}

/** Files by the keys of the records that name them, and how many records there are. */
async function readRecords(storage: Storage, faults: string[]) {
  const named = new Map<string, string>();
  const ofJobs = new Map<string, string>();
  let [records, concepts] = [0, 0];
  for await (const { key, text } of rowsUnder(storage, '')) {
    records++;
    const json = opened(key, text);
    if (json === undefined) faults.push(`The record ${key} is damaged.`);
    if (json !== undefined && isOfJob(key))
      for (const name of namesIn([valueIn(json)])) ofJobs.set(name, key);
    const [, number] = /server\/[^/]+\/concept\/(\d+)$/.exec(key) ?? [];
    if (json === undefined || number === undefined) continue;
    const concept = readConcept(valueIn(json), Number(number));
    if (!concept) {
      faults.push(`The record ${key} is no concept.`);
      continue;
    }
    concepts++;
    for (const sha256 of filesOf(concept)) named.set(sha256, key);
  }
  return { named, ofJobs, records, concepts };
}

function valueIn(json: string): unknown {
  return (JSON.parse(json) as { readonly value?: unknown }).value;
}
