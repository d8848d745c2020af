import { join } from 'node:path';
import { filesUnder } from '../../src/files.ts';
import { openBlobs } from '../blobs.ts';
import { readConcept } from '../concept-record.ts';
import { faultsOf, openSqlite } from '../drivers/sqlite.ts';
import { rowsUnder } from '../drivers/storage.ts';
import { opened } from '../sealed.ts';
import { databaseName } from './layout.ts';

export interface Verified {
  readonly records: number;
  readonly concepts: number;
  /** Files of weights and samples. */
  readonly files: number;
  /** Files that no record names: the next start removes them. */
  readonly unnamed: number;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
}

/** Reads all of a data folder and holds it against its checksums. Changes nothing. */
export async function verify(folder: string): Promise<Verified> {
  const path = join(folder, databaseName);
  const faults = faultsOf(path).map((line) => `The database is damaged: ${line}.`);
  const storage = openSqlite(path);
  const blobs = openBlobs(join(folder, 'blobs'));
  const named = new Map<string, string>();
  let [records, concepts] = [0, 0];
  try {
    for await (const { key, text } of rowsUnder(storage, '')) {
      records++;
      const json = opened(key, text);
      if (json === undefined) faults.push(`The record ${key} is damaged.`);
      const [, number] = /server\/[^/]+\/concept\/(\d+)$/.exec(key) ?? [];
      if (json === undefined || number === undefined) continue;
      const concept = readConcept((JSON.parse(json) as { value?: unknown }).value, Number(number));
      if (!concept) {
        faults.push(`The record ${key} is no concept.`);
        continue;
      }
      concepts++;
      for (const sha256 of [concept.blob, concept.sample ?? []].flat()) named.set(sha256, key);
    }
  } finally {
    await storage.close();
  }
  for (const [sha256, key] of named) {
    const read = await blobs.read(sha256);
    if (!read.ok) faults.push(`${read.problem.message} It belongs to ${key}.`);
  }
  const there = (await blobsIn(join(folder, 'blobs'))).filter((name) => !named.has(name));
  return { records, concepts, files: named.size, unnamed: there.length, faults };
}

/** Names of all blobs. */
async function blobsIn(folder: string): Promise<readonly string[]> {
  return (await filesUnder(folder).catch(() => [])).map((path) => path.replaceAll('/', ''));
}
