import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { raise } from '../../src/result.ts';
import { codeOf, isOfSocket, messageOf, type Patience, persistently, usualPatience } from './patience.ts';
import type { Storage } from './storage.ts';

/** Of the locks of this program among those that are named by two numbers, in the one database. */
const lockClass = 0x6b_65_65;
/** Commits of more keys than these lock all of them at once, so that the server's table of locks stays small. */
const mostLocks = 64;

/**
 * A commit locks the keys that it reads and writes, in an order that all commits have in common, so that commits of the same keys follow each
 * other, whether there are rows of them or not. One that is sent again after a lost connection is known by its name.
 */
const schema = `
SELECT pg_advisory_xact_lock(${lockClass + 1}, 1);
CREATE TABLE IF NOT EXISTS keepsake_entries (key text COLLATE "C" PRIMARY KEY, value text NOT NULL, expires bigint);
CREATE TABLE IF NOT EXISTS keepsake_commits (id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
CREATE OR REPLACE FUNCTION keepsake_now() RETURNS bigint LANGUAGE sql AS
  'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint';
CREATE OR REPLACE FUNCTION keepsake_commit(
  commit_id uuid, expected_keys text[], expected_texts text[], keys text[], texts text[], expiries bigint[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE named int;
BEGIN
  IF cardinality(expected_keys) + cardinality(keys) > ${mostLocks} THEN
    PERFORM pg_advisory_xact_lock(${lockClass + 1}, 0);
  ELSE
    PERFORM pg_advisory_xact_lock_shared(${lockClass + 1}, 0);
    FOR named IN SELECT DISTINCT hashtext(key) FROM unnest(expected_keys || keys) AS key ORDER BY 1 LOOP
      PERFORM pg_advisory_xact_lock(${lockClass}, named);
    END LOOP;
  END IF;
  IF EXISTS (SELECT FROM keepsake_commits WHERE id = commit_id) THEN RETURN true; END IF;
  IF EXISTS (
    SELECT FROM unnest(expected_keys, expected_texts) AS expected (key, value)
    LEFT JOIN keepsake_entries AS entry
      ON entry.key = expected.key AND (entry.expires IS NULL OR entry.expires > keepsake_now())
    WHERE entry.value IS DISTINCT FROM expected.value
  ) THEN RETURN false; END IF;
  DELETE FROM keepsake_entries WHERE key IN (
    SELECT written.key FROM unnest(keys, texts) AS written (key, value) WHERE written.value IS NULL
  );
  INSERT INTO keepsake_entries
    SELECT * FROM unnest(keys, texts, expiries) AS written (key, value, expires) WHERE written.value IS NOT NULL
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires;
  INSERT INTO keepsake_commits (id) VALUES (commit_id);
  RETURN true;
END $$`;

const live = '(expires IS NULL OR expires > keepsake_now())';
/** After so many commits of this process their names, which are of no use any more, are deleted. */
const commitsBetween = 1000;
const mostConnections = 4;
/** How long an answer may take for which all records are looked at. */
const tidySeconds = 300;

/**
 * Records in a database of Postgres 12 or newer, for any number of processes: in the tables `keepsake_entries` and `keepsake_commits`, which are
 * made where they are missing. Raises 'not-found' where no Postgres answers, and 'not-allowed' where it refuses.
 */
export async function openPostgres(url: string, patience: Patience = usualPatience): Promise<Storage> {
  const pool = new pg.Pool({
    connectionString: url,
    max: mostConnections,
    connectionTimeoutMillis: patience.connectSeconds * 1000,
    query_timeout: patience.answerSeconds * 1000,
  });
  pool.on('error', () => {});
  await pool.query(schema).catch(async (error: unknown) => {
    await pool.end();
    const code = isCutOff(error) ? 'not-found' : 'not-allowed';
    raise(
      code,
      `Postgres at STORE_URL cannot be used: ${messageOf(error)}. Start it, or change the address.`,
    );
  });
  const query = (text: string, values: readonly unknown[] = [], seconds = patience.answerSeconds) => {
    const asked = { text, values: [...values], query_timeout: seconds * 1000 };
    return guarded(() => persistently(patience, isCutOff, () => pool.query(asked)));
  };
  let made = 0;

  return {
    async read(keys) {
      const { rows } = await query(
        `SELECT key, value FROM keepsake_entries WHERE key = ANY($1) AND ${live}`,
        [keys],
      );
      const texts = new Map(rows.map(({ key, value }) => [String(key), String(value)]));
      return keys.map((key) => texts.get(key));
    },
    async commit(writes, expected = new Map()) {
      const { rows } = await query('SELECT keepsake_commit($1, $2, $3, $4, $5, $6) AS made', [
        randomUUID(),
        [...expected.keys()],
        [...expected.values()].map((text) => text ?? null),
        writes.map(({ key }) => key),
        writes.map(({ text }) => text ?? null),
        writes.map(({ expires }) => expires?.toFixed(0) ?? null),
      ]);
      if (++made % commitsBetween === 0) await forgetCommits(query);
      return rows[0]?.made === true;
    },
    async keys(prefix, after, most) {
      const { rows } = await query(
        `SELECT key FROM keepsake_entries WHERE key > $1 AND key >= $2 AND key < $3 AND ${live} ORDER BY key LIMIT $4`,
        [after, prefix, `${prefix}\u{10ffff}`, most],
      );
      return rows.map(({ key }) => String(key));
    },
    async tidy() {
      await query('DELETE FROM keepsake_entries WHERE expires <= keepsake_now()', [], tidySeconds);
      await forgetCommits(query);
    },
    close: () => pool.end(),
  };
}

function forgetCommits(query: (text: string) => Promise<unknown>): Promise<unknown> {
  return query("DELETE FROM keepsake_commits WHERE at < now() - interval '10 minutes'");
}

/** The disk is full, there is no memory, and a limit that was set is reached. Where there are too many connections, there is room. */
const fullCodes: readonly string[] = ['53100', '53200', '53400'];

/** Classes of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), Node's codes of sockets and what the library says. */
function isCutOff(error: unknown): boolean {
  return (
    /^(08|57P0|53300)/.test(codeOf(error)) ||
    isOfSocket(error) ||
    /Connection terminated|timeout (exceeded|expired)|read timeout/.test(messageOf(error))
  );
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (fullCodes.includes(codeOf(error)))
      raise('storage-full', 'Postgres has no room for more: give it some, then try again.');
    throw error;
  }
}
