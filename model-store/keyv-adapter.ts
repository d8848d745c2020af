import { EventEmitter } from 'node:events';
import { type KeyvStorageAdapter, keyvStorageCapability } from 'keyv';
import { rowsUnder, type Storage, type Write } from './drivers/storage.ts';
import { opened, sealed } from './sealed.ts';

/** Node's emitter under the stricter types of the one that Keyv asks for. */
type KeyvEvents = EventEmitter & Pick<KeyvStorageAdapter, 'listeners' | 'rawListeners'>;

interface Entry {
  readonly key: string;
  readonly value?: unknown;
  readonly expires?: number | undefined;
}

/**
 * Any driver as Keyv's storage adapter. The published adapters of Redis and Postgres ask for Keyv 5, have no transaction over several keys and
 * no listing of a prefix, so that these are drivers of our own and Keyv sees them all alike. What Keyv writes is sealed with its key.
 */
export function keyvAdapter(storage: Storage): KeyvStorageAdapter {
  const texts = async (keys: readonly string[]) => {
    const stored = await storage.read(keys);
    return keys.map((key, index) => jsonOf(key, stored[index]));
  };
  const there = async (keys: readonly string[]) => (await texts(keys)).map((text) => text !== undefined);
  const put = (entries: readonly Entry[]) => storage.commit(entries.map(writeOf));
  const drop = async (keys: readonly string[]) => {
    const had = await there(keys);
    await storage.commit([...new Set(keys)].map((key) => ({ key, text: undefined })));
    return had;
  };
  const adapter = Object.assign(new EventEmitter() as KeyvEvents, {
    get: async (key: string) => (await texts([key]))[0],
    getMany: texts,
    has: async (key: string) => (await there([key]))[0]!,
    hasMany: there,
    set: (key: string, value: unknown, expires?: number) => put([{ key, value, expires }]),
    async setMany(entries: readonly Entry[]) {
      await put(entries);
      return entries.map(() => true);
    },
    delete: async (key: string) => (await drop([key]))[0]!,
    deleteMany: drop,
    async clear() {
      for await (const { key } of rowsUnder(storage, '')) await drop([key]);
    },
    disconnect: () => storage.close(),
    async *iterator() {
      for await (const { key, text } of rowsUnder(storage, '')) yield [key, jsonOf(key, text)];
    },
  }) as unknown as KeyvStorageAdapter;
  adapter.capabilities = keyvStorageCapability(adapter);
  return adapter;
}

/** A damaged record is one that says nothing. */
function jsonOf(key: string, stored: string | undefined): string | undefined {
  return stored === undefined ? undefined : (opened(key, stored) ?? '');
}

function writeOf({ key, value, expires }: Entry): Write {
  return { key, text: sealed(key, String(value)), ...(expires !== undefined && { expires }) };
}
