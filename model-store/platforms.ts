import { type Metadata, requireShort } from './metadata.ts';
import type { PlatformRecords } from './store.ts';

const mostBytes = 256 * 1024;

/** Outside of every server's own records, which go with the server. */
export function createPlatformRecords(metadata: Metadata, platform: string): PlatformRecords {
  const keyOf = (name: string) => {
    if (!/^[\w.-]{1,100}$/.test(name))
      throw new RangeError('a name is 1 to 100 letters, digits, dots and hyphens');
    return ['platform', platform, name].join('/');
  };
  return {
    read: (name) => metadata.get(keyOf(name)),
    under: (prefix) => metadata.under(keyOf(prefix)),
    async write(name, value) {
      requireShort(value, mostBytes);
      await metadata.set(keyOf(name), value);
    },
    remove: async (name) => void (await metadata.delete(keyOf(name))),
  };
}
