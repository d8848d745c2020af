import { DatabaseSync } from 'node:sqlite';
import { raise } from '../../src/result.ts';
import type { Storage } from './storage.ts';

export interface SqliteOptions {
  /** How long to wait for another process to let go of the file, in milliseconds. Default 2,000. */
  readonly busyTimeout?: number;
  /** Pages of 4,096 bytes that the file may grow to. Default: as many as SQLite allows. */
  readonly maxPages?: number;
}

/** `namespace` is `keepsake` in every row. */
const schema = `
  CREATE TABLE IF NOT EXISTS entries (
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (namespace, key)
  ) STRICT, WITHOUT ROWID`;

/**
 * Records in one SQLite file, which belongs to one process at a time. A commit has reached the disk when its promise resolves. What is
 * deleted is overwritten, so that the file itself does not remember it.
 *
 * Raises 'storage-full' where the disk is, 'storage-corrupt' where the file is not a sound database, 'not-allowed'
 * where another process holds it.
 */
export function openSqlite(path: string, options: SqliteOptions = {}): Storage {
  const database = guarded(path, () => connect(path, options));
  const own = "namespace = 'keepsake'";
  const live = '(expires IS NULL OR expires > :now)';
  const select = database.prepare(`SELECT value FROM entries WHERE ${own} AND key = :key AND ${live}`);
  const page = database.prepare(
    `SELECT key FROM entries WHERE ${own} AND key > :after AND key >= :prefix AND key < :end AND ${live} ORDER BY key LIMIT :most`,
  );
  const upsert = database.prepare(
    `INSERT INTO entries VALUES ('keepsake', :key, :text, :expires)
     ON CONFLICT DO UPDATE SET value = excluded.value, expires = excluded.expires`,
  );
  const remove = database.prepare(`DELETE FROM entries WHERE ${own} AND key = :key`);
  const removeExpired = database.prepare(`DELETE FROM entries WHERE ${own} AND expires <= :now`);

  const read = (key: string) => select.get({ key, now: Date.now() })?.value as string | undefined;
  const guard = async <T>(action: () => T) => guarded(path, action);

  return {
    read: (keys) => guard(() => keys.map(read)),
    commit: (writes, expected = new Map()) =>
      guard(() =>
        transaction(database, () => {
          for (const [key, text] of expected) if (read(key) !== text) return false;
          for (const { key, text, expires = null } of writes) {
            if (text === undefined) remove.run({ key });
            else upsert.run({ key, text, expires });
          }
          return true;
        }),
      ),
    keys: (prefix, after, most) =>
      guard(() => {
        const rows = page.all({ prefix, end: `${prefix}\u{10ffff}`, after, most, now: Date.now() });
        return rows.map(({ key }) => String(key));
      }),
    tidy: () => guard(() => void removeExpired.run({ now: Date.now() })),
    close: async () => database.close(),
  };
}

/** What SQLite finds wrong with the structure of a file, a line each. Raises as {@link openSqlite} does. */
export function faultsOf(path: string): readonly string[] {
  return guarded(path, () => {
    const database = connect(path, {});
    try {
      const rows = database.prepare('PRAGMA integrity_check').all();
      return rows.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok');
    } finally {
      database.close();
    }
  });
}

function connect(path: string, { busyTimeout = 2000, maxPages }: SqliteOptions): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA secure_delete = ON');
  database.exec(schema);
  return database;
}

function transaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = action();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** SQLite's result codes (https://www.sqlite.org/rescode.html); the low byte is the primary one. */
const codes = { busy: 5, corrupt: 11, full: 13, notDatabase: 26 };

function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    if (code === codes.full) raise('storage-full', 'The disk is full: free some space, then try again.');
    if (code === codes.busy) {
      raise(
        'not-allowed',
        `Another process is using ${path}: stop it, or give this one a data folder of its own.`,
      );
    }
    if (code === codes.corrupt || code === codes.notDatabase) {
      raise(
        'storage-corrupt',
        `${path} is damaged: stop the bot and put the data folder back from a backup.`,
      );
    }
    throw error;
  }
}
