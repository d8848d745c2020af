import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { raise } from '../../src/result.ts';
import { writeWhole } from '../../src/write-whole.ts';
import { type Blobs, hashAt, hashOf } from '../blobs.ts';
import { pagesOfKeys, type Storage, type Write } from '../drivers/storage.ts';
import { openPlaces, type Places } from '../open-places.ts';
import { opened, openedWithoutKey } from '../sealed.ts';
import { type BackupCount, backupFormat } from './backup.ts';
import { blobsName, databaseName } from './layout.ts';
import { expiryOf, putRows } from './rows.ts';

const draftName = '.restoring';

/**
 * Puts what a backup has where things are kept. Raises 'not-allowed' where there is something already, in the folder or in the store, and
 * 'invalid-file' where the file is no sound backup. The folder is there whole or not at all; of a store that processes share what was put
 * is taken out again, unless the machine stops in between.
 */
export async function restore(file: string, places: Places): Promise<BackupCount> {
  const { folder } = places;
  const there = await readdir(folder).catch(() => undefined);
  if (there?.some((name) => name !== draftName)) refuse(folder);
  const backup = openBackup(file);
  const draft = there ? join(folder, draftName) : `${resolve(folder)}${draftName}`;
  await rm(draft, { recursive: true, force: true });
  try {
    const count = await restoreInto(backup, { ...places, folder: draft });
    if (there) await moveUp(draft, folder);
    else await rename(draft, folder);
    return count;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    backup.close();
  }
}

/** Nothing is kept in a folder without the database, so that comes last. The folder itself may be where a volume is mounted. */
async function moveUp(draft: string, folder: string): Promise<void> {
  const names = await readdir(draft);
  const last = (name: string) => Number(name.startsWith(databaseName));
  for (const name of names.sort((a, b) => last(a) - last(b)))
    await rename(join(draft, name), join(folder, name));
  await rmdir(draft);
}

function refuse(place: string): never {
  raise('not-allowed', `${place} has something in it already: move it away first, so that nothing is lost.`);
}

async function restoreInto(backup: DatabaseSync, places: Places): Promise<BackupCount> {
  const { storage, blobs } = await openPlaces(places);
  try {
    if ((await storage.keys('', '', 1)).length > 0) refuse('STORE_URL');
    const files = await restoreFiles(backup, places, blobs);
    const records = await restoreRecords(backup, storage);
    return { records, files };
  } finally {
    await storage.close();
    await blobs.close();
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

async function restoreFiles(backup: DatabaseSync, places: Places, blobs: Blobs): Promise<number> {
  const { folder } = places;
  let count = 0;
  for (const { path, sha256, bytes } of backup.prepare('SELECT * FROM files').iterate()) {
    const target = join(folder, String(path));
    if (!(bytes instanceof Uint8Array) || !target.startsWith(folder + sep)) raise('invalid-file', unsound);
    if (hashOf(bytes) !== sha256)
      raise('invalid-file', `The file ${path} in this backup is damaged: take another one.`);
    if (places.blobs && isBlob(String(path))) await blobs.write(bytes);
    else await writeWhole(target, bytes);
    count++;
  }
  return count;
}

function isBlob(path: string): boolean {
  return path.startsWith(`${blobsName}/`) && hashAt(path.slice(blobsName.length + 1)) !== undefined;
}

async function restoreRecords(backup: DatabaseSync, storage: Storage): Promise<number> {
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
  } catch (error) {
    for await (const keys of pagesOfKeys(storage, ''))
      await storage.commit(keys.map((key) => ({ key, text: undefined })));
    throw error;
  }
  return count;
}
