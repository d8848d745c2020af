import type { Storage } from './storage.ts';

/** Records in this process's memory, gone with it: what the other drivers are held against, and what tests use that need no more. */
export function openMemory(): Storage {
  const entries = new Map<string, { readonly text: string; readonly expires?: number }>();
  const read = (key: string) => {
    const entry = entries.get(key);
    return entry && (entry.expires ?? Number.POSITIVE_INFINITY) > Date.now() ? entry.text : undefined;
  };
  return {
    read: async (keys) => keys.map(read),
    async commit(writes, expected = new Map()) {
      for (const [key, text] of expected) if (read(key) !== text) return false;
      for (const { key, text, ...rest } of writes) {
        if (text === undefined) entries.delete(key);
        else entries.set(key, { text, ...rest });
      }
      return true;
    },
    async keys(prefix, after, most) {
      const live = [...entries.keys()].filter((key) => key.startsWith(prefix) && read(key) !== undefined);
      return live
        .filter((key) => byBytes(key, after) > 0)
        .sort(byBytes)
        .slice(0, most);
    },
    async tidy() {
      for (const key of entries.keys()) if (read(key) === undefined) entries.delete(key);
    },
    close: async () => {},
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
