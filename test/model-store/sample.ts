import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { type ModelStore, openStore, type StoreOptions } from '../../model-store/open.ts';
import type { Concept } from '../../src/concept.ts';
import { unwrap } from '../../src/result.ts';
import { bytes, sampleConcept } from './sample-concept.ts';

export { bytes, sampleConcept };

/** A folder that goes when the test ends. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in `folder` that closes when the test ends; a second call of its `close` does nothing. */
export async function storeIn(folder: string, options: Partial<StoreOptions> = {}): Promise<ModelStore> {
  const store = unwrap(await openStore({ folder, ...options }));
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= store.close());
  onTestFinished(close);
  return { ...store, close };
}

/** Teaches the store a concept under its next number. */
export async function stored(store: ModelStore, server: string, text: string): Promise<Concept> {
  const weights = bytes(`weights of ${text}`);
  const sheet = bytes(`sheet of ${text}`);
  const concept = sampleConcept(await store.concepts.reserveNumber(server), weights, sheet);
  unwrap(await store.concepts.put(server, concept, [weights, sheet]));
  return concept;
}

/** Every key but those of the store itself and of what it knows of files, and the name of every file, in the folder of a closed store, found without it. */
export async function keptIn(folder: string): Promise<{ keys: readonly string[]; files: readonly string[] }> {
  const database = new DatabaseSync(join(folder, 'keepsake.sqlite'));
  const rows = database
    .prepare(`SELECT key FROM entries WHERE key NOT IN ('store-version', 'swept') AND key NOT LIKE 'file/%'`)
    .all();
  database.close();
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return { keys: rows.map(({ key }) => String(key)).sort(), files: files.sort() };
}

/** Runs SQL on a closed store's file, as a person with an editor would. */
export function tamper(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, 'keepsake.sqlite'));
  database.exec(sql);
  database.close();
}
