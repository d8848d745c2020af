import { randomUUID } from 'node:crypto';
import { hashOf } from './blobs.ts';
import type { Objects } from './drivers/objects.ts';

/**
 * Files on their way from one process to another, which are read once or twice and named by nothing that is kept:
 * whoever got one removes it, and a sweep those that nobody came for.
 */
export interface Parcels {
  /** Returns the name to open it by. Raises 'storage-full' where there is no room. */
  send(bytes: Uint8Array): Promise<string>;
  /** Undefined where it is not there any more, or is damaged. */
  open(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
  /** Removes all that were sent before `before`, in milliseconds since the epoch, and are not among those `named`. */
  sweep(before: number, named?: ReadonlySet<string>): Promise<void>;
}

const namePattern = /^[0-9a-f-]{36}\.([0-9a-f]{64})$/;

/** Parcels among `objects`, each named by a random id and its SHA-256, which is held against what is read. */
export function createParcels(objects: Objects): Parcels {
  return {
    async send(bytes) {
      const sha256 = hashOf(bytes);
      const name = `${randomUUID()}.${sha256}`;
      await objects.write(name, bytes, sha256);
      return name;
    },
    async open(name) {
      const [, sha256] = namePattern.exec(name) ?? [];
      const bytes = sha256 === undefined ? undefined : await objects.read(name);
      return bytes && hashOf(bytes) === sha256 ? bytes : undefined;
    },
    async remove(name) {
      if (namePattern.test(name)) await objects.remove(name);
    },
    async sweep(before, named = new Set()) {
      for await (const { name, writtenAt } of objects.list())
        if (writtenAt < before && !named.has(name)) await objects.remove(name);
    },
  };
}
