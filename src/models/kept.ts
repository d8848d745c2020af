import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { drawingSchema, recordFile } from '../diffusion/model-folder.ts';
import { filesUnder, hashFile } from '../files.ts';
import { checkJson, readJson, writeJson } from '../model-files.ts';
import { raise } from '../result.ts';

/** What is kept of a model beside its files: where it is from, what was found, and what its files must be. */
const recordSchema = z.object({
  source: z.string(),
  addedAt: z.string(),
  /** SHA-256, in hex, and size of every file, by its path in the folder. */
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() })),
  drawing: drawingSchema,
  parameters: z.number(),
  pixels: z.object({ width: z.number(), height: z.number() }),
  parity: z.number(),
  notes: z.array(z.string()),
});
/** Time is ISO 8601; `parity` is how far the cut U-Net answered from the whole one, as part of the largest value. */
export type ModelRecord = z.infer<typeof recordSchema>;

const remedy = 'Remove the model and add it again.';

/** Raises 'invalid-option' for a name that is no plain name of a folder. */
export function requireName(name: string): string {
  if (/^[\w][\w.-]{0,99}$/.test(name) && !name.endsWith('.')) return name;
  return raise(
    'invalid-option',
    `A model cannot be called ${JSON.stringify(name)}: give --name with letters, digits, dots, - and _.`,
  );
}

/** The models in `folder`, by name, in order. */
export async function listModels(folder: string): Promise<ReadonlyMap<string, ModelRecord>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const records = new Map<string, ModelRecord>();
  for (const { name } of names.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    records.set(name, await readRecord(folder, name));
  return records;
}

/**
 * Raises 'invalid-option' for a name that is none, 'not-found' where there is no such model, 'invalid-model' where its record
 * cannot be read.
 */
export async function readRecord(folder: string, name: string): Promise<ModelRecord> {
  requireName(name);
  await requireKept(folder, name);
  return checkJson(recordSchema, await readJson(join(folder, name), recordFile, remedy), recordFile);
}

/** Hashes every file of a folder, record and all that is hidden left out. */
export async function hashFiles(
  folder: string,
  onBytes: (bytes: number) => void = () => {},
): Promise<ModelRecord['files']> {
  const files: ModelRecord['files'] = {};
  for (const path of await filesUnder(folder)) {
    if (path === recordFile) continue;
    const { size: bytes } = await stat(join(folder, path));
    files[path] = { sha256: await hashFile(join(folder, path), undefined, onBytes), bytes };
  }
  return files;
}

/** Files that are missing, new or other than they were recorded. */
export async function changedFiles(folder: string, name: string): Promise<readonly string[]> {
  const { files } = await readRecord(folder, name);
  const now = await hashFiles(join(folder, name));
  return [...new Set([...Object.keys(files), ...Object.keys(now)])]
    .filter((path) => files[path]?.sha256 !== now[path]?.sha256)
    .sort();
}

/** Makes the folder at `prepared` the model `name`, record included, in one step. */
export async function keepModel(
  folder: string,
  name: string,
  prepared: string,
  record: ModelRecord,
): Promise<void> {
  await writeJson(join(prepared, recordFile), record);
  await mkdir(folder, { recursive: true });
  await rename(prepared, join(folder, name));
}

/** Raises 'invalid-option' where a model of that name is there already. */
export async function requireFree(folder: string, name: string): Promise<void> {
  if (await isKept(folder, requireName(name)))
    raise('invalid-option', `There is a model called ${name} already: remove it first, or give --name.`);
}

/**
 * Moves the model out of sight first, so that nothing finds half of one. Raises 'invalid-option' and 'not-found' as
 * {@link readRecord} does.
 */
export async function removeModel(folder: string, name: string): Promise<void> {
  await requireKept(folder, requireName(name));
  const leaving = join(folder, `.removed-${name}`);
  await rm(leaving, { recursive: true, force: true });
  await rename(join(folder, name), leaving);
  await rm(leaving, { recursive: true });
}

async function requireKept(folder: string, name: string): Promise<void> {
  if (!(await isKept(folder, name)))
    raise('not-found', `There is no model called ${name}. npm run model -- list shows those there are.`);
}

async function isKept(folder: string, name: string): Promise<boolean> {
  return (await stat(join(folder, name)).catch(() => undefined))?.isDirectory() ?? false;
}
