import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { raise } from '../../src/result.ts';
import { isOfSocket, messageOf, type Patience, persistently, usualPatience } from './patience.ts';
import { pagesOfKeys, type Storage } from './storage.ts';

const records = 'keepsake:record:';
/** All keys, in the order of their bytes: Redis itself keeps none. What has expired is taken out of it when it is come upon. */
const index = 'keepsake:keys';
const commits = 'keepsake:commit:';

/**
 * KEYS: the commit, the index, records expected, records written. ARGV: how many are expected and written; for each expected whether
 * it is to be there and its text; for each written its key, 'put', 'drop' or when it expires, and its text.
 */
const commitScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
local expected, written, at = tonumber(ARGV[1]), tonumber(ARGV[2]), 3
for i = 1, expected do
  local text = redis.call('GET', KEYS[2 + i])
  if ARGV[at] == '0' and text or ARGV[at] == '1' and text ~= ARGV[at + 1] then return 0 end
  at = at + 2
end
for i = 1, written do
  local record, key, kind = KEYS[2 + expected + i], ARGV[at], ARGV[at + 1]
  if kind == 'drop' then
    redis.call('DEL', record)
    redis.call('ZREM', KEYS[2], key)
  else
    if kind == 'put' then redis.call('SET', record, ARGV[at + 2])
    else redis.call('SET', record, ARGV[at + 2], 'PXAT', kind) end
    redis.call('ZADD', KEYS[2], 0, key)
  end
  at = at + 3
end
redis.call('SET', KEYS[1], '', 'PX', 600000)
return 1`;

/** KEYS: the index. ARGV: where to begin and end, how many, and what comes before the keys of records. */
const keysScript = `
local found, from, most = {}, ARGV[1], tonumber(ARGV[3])
repeat
  local page = redis.call('ZRANGEBYLEX', KEYS[1], from, ARGV[2], 'LIMIT', 0, most)
  for _, key in ipairs(page) do
    if #found == most then return found end
    if redis.call('EXISTS', ARGV[4] .. key) == 1 then found[#found + 1] = key
    else redis.call('ZREM', KEYS[1], key) end
  end
  if #page > 0 then from = '(' .. page[#page] end
until #page < most
return found`;

/** The scripts as commands, which ioredis sends whole only to a Redis that does not have them. */
interface Scripts {
  keepsakeCommit(keys: number, ...values: readonly (string | number)[]): Promise<unknown>;
  keepsakeKeys(...values: readonly (string | number)[]): Promise<unknown>;
}

type Connection = Redis & Scripts;

/**
 * Records in Redis 6.2 or newer, one server, for any number of processes. How much outlives a crash of Redis itself is Redis's setting: with
 * `appendfsync always` all that was answered. A commit has a name of its own, by which one that is sent again after a lost connection is known.
 *
 * Raises 'not-found' where no Redis answers.
 */
export async function openRedis(url: string, patience: Patience = usualPatience): Promise<Storage> {
  const line = lineTo(url, patience);
  await line.connected().catch((error: unknown) => {
    raise('not-found', `No Redis answers at STORE_URL: start it, or change the address. ${messageOf(error)}`);
  });
  const ask = <T>(act: (redis: Connection) => Promise<T>): Promise<T> =>
    guarded(() => persistently(patience, isCutOff, async () => act(await line.connected())));

  const storage: Storage = {
    async read(keys) {
      if (keys.length === 0) return [];
      const texts = await ask((redis) => redis.mget(keys.map((key) => records + key)));
      return texts.map((text) => text ?? undefined);
    },
    async commit(writes, expected = new Map()) {
      const keys = [...expected.keys(), ...writes.map(({ key }) => key)].map((key) => records + key);
      const values = [
        commits + randomUUID(),
        index,
        ...keys,
        expected.size,
        writes.length,
        ...[...expected.values()].flatMap((text) => (text === undefined ? ['0', ''] : ['1', text])),
        ...writes.flatMap(({ key, text, expires }) =>
          text === undefined ? [key, 'drop', ''] : [key, expires?.toFixed(0) ?? 'put', text],
        ),
      ];
      const answer = await ask((redis) => redis.keepsakeCommit(keys.length + 2, ...values));
      return answer === 1;
    },
    async keys(prefix, after, most) {
      const from = after >= prefix ? `(${after}` : `[${prefix}`;
      const to = `[${prefix}\u{10ffff}`;
      const found = await ask((redis) => redis.keepsakeKeys(index, from, to, most, records));
      return found as string[];
    },
    async tidy() {
      for await (const _ of pagesOfKeys(storage, ''));
    },
    close: line.close,
  };
  return storage;
}

/** A way to Redis with one connection at a time. */
interface Line {
  /** The connection; a new one where there is none or it was lost. */
  connected(): Promise<Connection>;
  close(): Promise<void>;
}

/** ioredis itself opens no lost connection again: it would send what was given up long ago once Redis is back. */
function lineTo(url: string, patience: Patience): Line {
  let open: Promise<Connection> | undefined;

  function connected(): Promise<Connection> {
    if (open) return open;
    const opening = connect(url, patience, () => {
      if (open === opening) open = undefined;
    });
    open = opening;
    return opening;
  }

  return {
    connected,
    async close() {
      const redis = await open?.catch(() => undefined);
      await redis?.quit().catch(() => {});
    },
  };
}

/** @param onLost hears that the connection has ended, or could not be opened */
async function connect(
  url: string,
  { connectSeconds, answerSeconds }: Patience,
  onLost: () => void,
): Promise<Connection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectSeconds * 1000,
    socketTimeout: answerSeconds * 1000,
    retryStrategy: () => null,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  redis.on('error', () => {});
  redis.once('end', onLost);
  redis.defineCommand('keepsakeCommit', { lua: commitScript });
  redis.defineCommand('keepsakeKeys', { lua: keysScript, numberOfKeys: 1 });
  await redis.connect().finally(() => {
    if (redis.status !== 'ready') onLost();
  });
  return redis as Connection;
}

/** What ioredis says of a lost connection, and a replica says until it is the server. */
function isCutOff(error: unknown): boolean {
  return isOfSocket(error) || /Connection is closed|connection close|^READONLY/.test(messageOf(error));
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (/^(OOM|MISCONF) /.test(messageOf(error)))
      raise('storage-full', 'Redis has no room for more: give it some, then try again.');
    throw error;
  }
}
