import { EventEmitter } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from 'keyv';
import { raise } from '../../src/result.ts';

export interface SqliteOptions {
  /** How long to wait for another process to let go of the file, in milliseconds. Default 2,000. */
  readonly busyTimeout?: number;
  /** Pages of 4,096 bytes that the file may grow to. Default: as many as SQLite allows. */
  readonly maxPages?: number;
}

/** Node's emitter under the stricter types of the one that Keyv asks for. */
type KeyvEvents = EventEmitter & Pick<KeyvStorageAdapter, 'listeners' | 'rawListeners'>;

const pageOfKeys = 256;

const schema = `
  CREATE TABLE IF NOT EXISTS entries (
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (namespace, key)
  ) STRICT, WITHOUT ROWID`;

/**
 * A Keyv storage adapter over one SQLite file. A write has reached the disk when its promise resolves. The file
 * belongs to one process at a time. What is deleted is overwritten, so that the file itself does not remember it; what has expired is deleted
 * whenever all is iterated over.
 *
 * Raises 'storage-full' where the disk is, 'storage-corrupt' where the file is not a sound database, 'not-allowed'
 * where another process holds it.
 */
export function openSqlite(path: string, options: SqliteOptions = {}): KeyvStorageAdapter {
  const database = guarded(path, () => connect(path, options));
  const live = '(expires IS NULL OR expires > :now)';
  const select = database.prepare(
    `SELECT value FROM entries WHERE namespace = :namespace AND key = :key AND ${live}`,
  );
  const page = database.prepare(
    `SELECT key, value FROM entries WHERE namespace = :namespace AND key > :after AND ${live} ORDER BY key LIMIT ${pageOfKeys}`,
  );
  const upsert = database.prepare(
    `INSERT INTO entries VALUES (:namespace, :key, :value, :expires)
     ON CONFLICT DO UPDATE SET value = excluded.value, expires = excluded.expires`,
  );
  const remove = database.prepare('DELETE FROM entries WHERE namespace = :namespace AND key = :key');
  const removeExpired = database.prepare('DELETE FROM entries WHERE expires <= :now');
  const removeAll = database.prepare('DELETE FROM entries WHERE namespace = :namespace');

  const namespace = () => adapter.namespace ?? '';
  const read = (key: string) =>
    select.get({ namespace: namespace(), key, now: Date.now() })?.value as string | undefined;
  const write = ({ key, value, expires }: KeyvStorageEntry<unknown>) =>
    upsert.run({ namespace: namespace(), key, value: String(value), expires: expires ?? null }).changes === 1;
  const drop = (key: string) => remove.run({ namespace: namespace(), key }).changes === 1;
  const guard = async <T>(action: () => T) => guarded(path, action);
  const together = <T>(action: () => T) => guard(() => transaction(database, action));

  const adapter: KeyvStorageAdapter = Object.assign(new EventEmitter() as KeyvEvents, {
    namespace: undefined,
    get: (key: string) => guard(() => read(key)),
    getMany: (keys: string[]) => guard(() => keys.map(read)),
    has: (key: string) => guard(() => read(key) !== undefined),
    hasMany: (keys: string[]) => guard(() => keys.map((key) => read(key) !== undefined)),
    set: (key: string, value: unknown, expires?: number) =>
      guard(() => write(expires === undefined ? { key, value } : { key, value, expires })),
    setMany: <Value>(entries: KeyvStorageEntry<Value>[]) => together(() => entries.map(write)),
    delete: (key: string) => guard(() => drop(key)),
    deleteMany: (keys: string[]) => together(() => keys.map(drop)),
    clear: () => guard(() => void removeAll.run({ namespace: namespace() })),
    disconnect: async () => database.close(),
    async *iterator<Value>(): AsyncGenerator<Array<string | Awaited<Value> | undefined>, void> {
      let after = '';
      await guard(() => removeExpired.run({ now: Date.now() }));
      for (;;) {
        const rows = await guard(() => page.all({ namespace: namespace(), after, now: Date.now() }));
        for (const row of rows) yield [row.key as string, row.value as Awaited<Value>];
        if (rows.length < pageOfKeys) return;
        after = rows.at(-1)?.key as string;
      }
    },
  });
  adapter.capabilities = keyvStorageCapability(adapter);
  return adapter;
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
