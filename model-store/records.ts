import type { Keyv } from 'keyv';
import { requireShort, serverKey } from './metadata.ts';
import type { ServerRecords } from './store.ts';

const mostBytes = 256 * 1024;

export function createServerRecords(metadata: Keyv): ServerRecords {
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
    remove: async (server, ...names) => void (await metadata.delete(serverKey(server, ...names))),
  };
}
