import type { JobRecords, MessageLog, PlatformRecords, ServerRecords } from '../../model-store/store.ts';

/** Job records in memory, as plain JSON. */
export function createFakeJobs(): JobRecords {
  const kept = new Map<string, string>();
  return {
    async put(server, value) {
      const id = `job${kept.size + 1}`;
      kept.set(`${server}\n${id}`, JSON.stringify(value));
      return id;
    },
    async get(server, id) {
      const json = kept.get(`${server}\n${id}`);
      return json === undefined ? undefined : JSON.parse(json);
    },
  };
}

/** A message log in memory, as plain JSON. */
export function createFakeMessageLog(): MessageLog {
  const channels = new Map<string, string[]>();
  return {
    async append(channel, message) {
      channels.set(channel, [...(channels.get(channel) ?? []), JSON.stringify(message)]);
    },
    list: async (channel) => (channels.get(channel) ?? []).map((json) => JSON.parse(json)),
    async drop(channel, matches) {
      const kept = (channels.get(channel) ?? []).filter((json) => !matches(JSON.parse(json)));
      channels.set(channel, kept);
    },
  };
}

/** Server records in memory, as plain JSON, that never expire. */
export function createFakeRecords(): ServerRecords {
  const kept = new Map<string, string>();
  const keyOf = (...names: readonly string[]) => JSON.stringify(names);
  return {
    async read(server, ...names) {
      const json = kept.get(keyOf(server, ...names));
      return json === undefined ? undefined : JSON.parse(json);
    },
    write: async (server, names, value) => void kept.set(keyOf(server, ...names), JSON.stringify(value)),
    async change(server, names, act) {
      const json = kept.get(keyOf(server, ...names));
      const { result, value } = act(json === undefined ? undefined : JSON.parse(json));
      if (value !== undefined) kept.set(keyOf(server, ...names), JSON.stringify(value));
      return result;
    },
    remove: async (server, ...names) => void kept.delete(keyOf(server, ...names)),
  };
}

/** Records of a platform in memory, as plain JSON, and what is kept. */
export function createFakePlatformRecords(): PlatformRecords & {
  readonly kept: ReadonlyMap<string, string>;
} {
  const kept = new Map<string, string>();
  return {
    kept,
    async read(name) {
      const json = kept.get(name);
      return json === undefined ? undefined : JSON.parse(json);
    },
    async under(prefix) {
      const found = [...kept].filter(([name]) => name.startsWith(prefix));
      return new Map(found.map(([name, json]) => [name.slice(prefix.length), JSON.parse(json)]));
    },
    write: async (name, value) => void kept.set(name, JSON.stringify(value)),
    remove: async (name) => void kept.delete(name),
  };
}
