import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { filesUnder } from '../../src/files.ts';
import { hashOf } from '../blobs.ts';
import { rowsUnder, type Storage } from '../drivers/storage.ts';
import { backupsName, databaseName, isOfJob, jobsName } from './layout.ts';

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
 * Copies everything of a data folder into one SQLite file, whatever the driver of its metadata: `records` as they stand there and
 * `files` with their SHA-256. Jobs under way are left out. The file is there whole or not at all.
 */
export async function backUp(storage: Storage, folder: string, file: string): Promise<BackupCount> {
  const draft = `${file}.tmp`;
  await rm(draft, { force: true });
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
    for (const path of await filesIn(folder)) {
      const bytes = await readFile(join(folder, path));
      addFile.run(path, hashOf(bytes), bytes);
      count.files++;
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

/** Paths of all files that are kept, from the folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  return (await filesUnder(folder))
    .filter((path) => !path.startsWith(databaseName) && !path.endsWith('.tmp'))
    .filter((path) => ![backupsName, jobsName].includes(path.split('/')[0] ?? ''));
}
