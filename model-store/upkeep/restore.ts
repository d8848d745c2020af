import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { raise } from '../../src/result.ts';
import { writeWhole } from '../../src/write-whole.ts';
import { hashOf } from '../blobs.ts';
import { openSqlite } from '../drivers/sqlite.ts';
import type { Write } from '../drivers/storage.ts';
import { opened, openedWithoutKey } from '../sealed.ts';
import { type BackupCount, backupFormat } from './backup.ts';
import { databaseName } from './layout.ts';
import { expiryOf, putRows } from './rows.ts';

/**
 * Makes a data folder of a backup: all of it or nothing. Raises 'not-allowed' where the folder has something in it, and
 * 'invalid-file' where the file is no sound backup.
 */
export async function restore(file: string, folder: string): Promise<BackupCount> {
  const there = await readdir(folder).catch(() => undefined);
  if (there && there.length > 0)
    raise(
      'not-allowed',
      `${folder} has something in it already: move it away first, so that nothing is lost.`,
    );
  const backup = openBackup(file);
  const draft = `${resolve(folder)}.restoring`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    const files = await restoreFiles(backup, draft);
    const records = await restoreRecords(backup, draft);
    if (there) await rmdir(folder);
    await rename(draft, folder);
    return { records, files };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    backup.close();
  }
}

const unsound = 'This is no sound backup of Keepsake: take another one.';

function openBackup(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    const sound = database.prepare('PRAGMA integrity_check').get()?.integrity_check === 'ok';
    const head = database.prepare('SELECT format, version FROM backup').get();
    if (sound && head?.format === backupFormat && head.version === 1) return database;
    database.close();
  } catch {}
  return raise('invalid-file', unsound);
}

async function restoreFiles(backup: DatabaseSync, folder: string): Promise<number> {
  let count = 0;
  for (const { path, sha256, bytes } of backup.prepare('SELECT * FROM files').iterate()) {
    const target = join(folder, String(path));
    if (!(bytes instanceof Uint8Array) || !target.startsWith(folder + sep)) raise('invalid-file', unsound);
    if (hashOf(bytes) !== sha256)
      raise('invalid-file', `The file ${path} in this backup is damaged: take another one.`);
    await writeWhole(target, bytes);
    count++;
  }
  return count;
}

async function restoreRecords(backup: DatabaseSync, folder: string): Promise<number> {
  const storage = openSqlite(join(folder, databaseName));
  let count = 0;
  const rows = function* (): Generator<Write> {
    for (const { key, value } of backup.prepare('SELECT * FROM records').iterate()) {
      const text = String(value);
      const json = opened(String(key), text) ?? openedWithoutKey(text) ?? '{}';
      const expires = expiryOf(json);
      yield { key: String(key), text, ...(expires !== undefined && { expires }) };
      count++;
    }
  };
  try {
    await putRows(storage, rows());
  } finally {
    await storage.close();
  }
  return count;
}
