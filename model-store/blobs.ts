import { createHash } from 'node:crypto';
import nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import { failure, isFullDisk, type Result, raise, success } from '../src/result.ts';
import { type WritingFiles, writeWhole } from '../src/write-whole.ts';

/** The file operations that blobs need: a seam for tests of full and failing disks. */
export type Files = WritingFiles & Pick<typeof nodeFiles, 'readFile' | 'readdir' | 'stat'>;

/** Files named by the SHA-256 of what they hold: `blobs/ab/cdef…`. */
export interface Blobs {
  /** The hash of `bytes`, which are on the disk when the promise resolves. Raises 'storage-full'. */
  write(bytes: Uint8Array): Promise<string>;
  /** 'storage-corrupt' where there is no such file, or it holds something else. */
  read(sha256: string): Promise<Result<Uint8Array>>;
  /** Like `read`, and never from a copy. */
  readOriginal(sha256: string): Promise<Result<Uint8Array>>;
  /** As {@link Blobs.read}, without the bytes: a file that was found sound need not be read again. */
  check(sha256: string): Promise<Result<void>>;
  /** In bytes, as the file lies there, unread; undefined where there is none. */
  size(sha256: string): Promise<number | undefined>;
  /** Where the file is on this machine once it was read, checked or written. */
  path(sha256: string): string;
  remove(sha256: string): Promise<void>;
  /** All files. */
  list(): AsyncIterable<StoredBlob>;
  /** Removes what was left of writing before `before`, in milliseconds since the epoch. `onLeft` hears why something could not be. */
  removeDrafts(before: number, onLeft: (error: unknown) => void): Promise<void>;
  close(): Promise<void>;
}

/** Found by its name; what it holds was not looked at. */
export interface StoredBlob {
  readonly sha256: string;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** SHA-256, hex. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `ab/cdef…`; throws where `sha256` is not a hash. */
export function blobName(sha256: string): string {
  if (!isHash(sha256)) throw new RangeError('a blob is named by 64 hexadecimal digits');
  return `${sha256.slice(0, 2)}/${sha256.slice(2)}`;
}

/** The hash whose {@link blobName} it is; undefined where it is of none. */
export function hashAt(name: string): string | undefined {
  const sha256 = name.replace('/', '');
  return isHash(sha256) && blobName(sha256) === name ? sha256 : undefined;
}

/** Says of a file that what is there under its name, if anything, is something else. */
export function unreadable(sha256: string, bytes: Uint8Array | undefined): Result<never> {
  const state = bytes === undefined ? 'missing' : 'damaged';
  return failure(
    'storage-corrupt',
    `The stored file ${sha256.slice(0, 12)}… is ${state}: put it back from a backup of the data folder.`,
  );
}

/**
 * Blobs in a folder of this machine, which is made when the first is written. A file that was found sound is not read again by
 * `check` until it changes.
 */
export function openBlobs(folder: string, files: Files = nodeFiles): Blobs {
  const verified = new Map<string, string>();

  const path = (sha256: string) => join(folder, blobName(sha256));

  const write = async (bytes: Uint8Array) => {
    const sha256 = hashOf(bytes);
    await requireRoom(writeWhole(path(sha256), bytes, files));
    return sha256;
  };

  const read = async (sha256: string): Promise<Result<Uint8Array>> => {
    const bytes = await files.readFile(path(sha256)).catch(absent);
    return bytes !== undefined && hashOf(bytes) === sha256 ? success(bytes) : unreadable(sha256, bytes);
  };

  const check = async (sha256: string): Promise<Result<void>> => {
    const before = await fingerprint(files, path(sha256));
    if (before !== undefined && verified.get(sha256) === before) return success(undefined);
    const bytes = await read(sha256);
    if (!bytes.ok) return bytes;
    if (before !== undefined) verified.set(sha256, before);
    return success(undefined);
  };

  async function* everything() {
    for (const shelf of await files.readdir(folder).catch(() => [])) {
      if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
      for (const name of await files.readdir(join(folder, shelf)).catch(() => [])) {
        const file = join(folder, shelf, name);
        const stats = await files.stat(file).catch(absent);
        const sha256 = hashAt(`${shelf}/${name}`);
        if (stats?.isFile()) yield { file, sha256, writtenAt: stats.mtimeMs };
      }
    }
  }

  async function* list() {
    for await (const { sha256, writtenAt } of everything())
      if (sha256 !== undefined) yield { sha256, writtenAt };
  }

  const removeDrafts = async (before: number, onLeft: (error: unknown) => void) => {
    for await (const { file, sha256, writtenAt } of everything())
      if (sha256 === undefined && writtenAt < before) await files.rm(file, { force: true }).catch(onLeft);
  };

  return {
    write,
    read,
    readOriginal: read,
    check,
    size: async (sha256) => (await files.stat(path(sha256)).catch(absent))?.size,
    path,
    remove: (sha256) => files.rm(path(sha256), { force: true }),
    list,
    removeDrafts,
    close: async () => {},
  };
}

/** Raises 'storage-full' where what is being written finds no room on the disk. */
export async function requireRoom(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!isFullDisk(error)) throw error;
    raise('storage-full', 'The disk is full, so nothing was stored: free some space, then try again.');
  }
}

function isHash(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

async function fingerprint(files: Files, path: string): Promise<string | undefined> {
  const stats = await files.stat(path).catch(absent);
  return stats && `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
