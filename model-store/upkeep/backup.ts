import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { filesUnder } from '../../src/files.ts';
import { blobName, hashOf } from '../blobs.ts';
import { rowsUnder } from '../drivers/storage.ts';
import type { OpenPlaces } from '../open-places.ts';
import {
  backupsName,
  blobsName,
  cacheName,
  databaseName,
  isOfJob,
  jobFilesName,
  jobsName,
  modelsName,
  parcelsName,
} from './layout.ts';

/** How much a backup holds. */
export interface BackupCount {
  readonly records: number;
  readonly files: number;
}

const schema = `
  CREATE TABLE backup (format TEXT NOT NULL, version INTEGER NOT NULL) STRICT;
  CREATE TABLE records (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes BLOB NOT NULL) STRICT`;

/**
 * Copies everything that is kept into one SQLite file, wherever it is: `records` as they stand there and
 * `files` with their SHA-256. Jobs under way are left out, base models, and files of concepts that are damaged. The file is there whole or not at all,
 * and its owner alone can read it.
 */
export async function backUp(
  { storage, blobs }: Pick<OpenPlaces, 'storage' | 'blobs'>,
  folder: string,
  file: string,
): Promise<BackupCount> {
  const draft = `${file}.tmp`;
  await rm(draft, { force: true });
  await writeFile(draft, '', { flag: 'wx', mode: 0o600 });
  const count = { records: 0, files: 0 };
  const database = new DatabaseSync(draft);
  try {
    database.exec(schema);
    database.exec('BEGIN');
    database.prepare('INSERT INTO backup VALUES (?, ?)').run(backupFormat, 1);
    const addRecord = database.prepare('INSERT INTO records VALUES (?, ?)');
    for await (const { key, text } of rowsUnder(storage, '')) {
      if (isOfJob(key)) continue;
      addRecord.run(key, text);
      count.records++;
    }
    const addFile = database.prepare('INSERT INTO files VALUES (?, ?, ?)');
    const add = (path: string, bytes: Uint8Array) => {
      addFile.run(path, hashOf(bytes), bytes);
      count.files++;
    };
    for (const path of await filesIn(folder)) add(path, await readFile(join(folder, path)));
    for await (const { sha256 } of blobs.list()) {
      const read = await blobs.readOriginal(sha256);
      if (read.ok) add(`${blobsName}/${blobName(sha256)}`, read.value);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.close();
    await rm(draft, { force: true });
    throw error;
  }
  database.close();
  await rename(draft, file);
  return count;
}

export const backupFormat = 'keepsake-backup';

/** What is copied in another way, or not at all. */
const elsewhere: readonly string[] = [
  backupsName,
  jobsName,
  jobFilesName,
  blobsName,
  cacheName,
  modelsName,
  parcelsName,
];

/** Paths of all files that are kept, from the folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  return (await filesUnder(folder))
    .filter((path) => !path.startsWith(databaseName) && !path.endsWith('.tmp'))
    .filter((path) => !elsewhere.includes(path.split('/')[0] ?? ''));
}
