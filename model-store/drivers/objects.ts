import nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../src/write-whole.ts';
import { type Files, requireRoom } from '../blobs.ts';

/** Files under names without slashes, in one place of their own. */
export interface Objects {
  /** All of it is there when it resolves, or what was there before. Raises 'storage-full'. @param sha256 of the bytes, hex */
  write(name: string, bytes: Uint8Array, sha256: string): Promise<void>;
  read(name: string): Promise<Uint8Array | undefined>;
  /** In bytes; undefined where there is no such file. */
  size(name: string): Promise<number | undefined>;
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>;
  list(): AsyncIterable<{ readonly name: string; readonly writtenAt: number }>;
}

/** Files in a folder, which is made where it is missing. */
export function objectsIn(folder: string, files: Files = nodeFiles): Objects {
  const path = (name: string) => join(folder, name);
  return {
    write: (name, bytes) => requireRoom(writeWhole(path(name), bytes, files)),
    read: (name) => files.readFile(path(name)).catch(absent),
    size: async (name) => (await files.stat(path(name)).catch(absent))?.size,
    remove: (name) => files.rm(path(name), { force: true }),
    async *list() {
      for (const name of (await files.readdir(folder).catch(absent)) ?? []) {
        const stats = await files.stat(path(name)).catch(absent);
        if (stats) yield { name, writtenAt: stats.mtimeMs };
      }
    },
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
