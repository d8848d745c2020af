import { type Metadata, requireShort, serverKey } from './metadata.ts';
import type { ServerRecords } from './store.ts';

const mostBytes = 256 * 1024;

/** Records have at most 256 KiB of JSON each; a longer one throws. */
export function createServerRecords(metadata: Metadata): ServerRecords {
  return {
    read: (server, ...names) => metadata.get(serverKey(server, ...names)),
    async write(server, names, value, seconds) {
      requireShort(value, mostBytes);
      await metadata.set(
        serverKey(server, ...names),
        value,
        seconds === undefined ? undefined : seconds * 1000,
      );
    },
    change: async (server, names, act, seconds) =>
      metadata.update([serverKey(server, ...names)], ([stored]) => {
        const { result, value } = act(stored);
        if (value === undefined) return { result };
        requireShort(value, mostBytes);
        return {
          result,
          writes: [[serverKey(server, ...names), value]],
          ...(seconds !== undefined && { seconds }),
        };
      }),
    remove: async (server, ...names) => void (await metadata.delete(serverKey(server, ...names))),
  };
}
