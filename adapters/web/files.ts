import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFullDisk, raise } from '../../src/result.ts';
import { createTally } from '../../src/studio/tally.ts';

/** Pictures and files of messages, by the hash of their bytes. */
export interface FileShelf {
  /**
   * Keeps the bytes and returns their name, such as `9f86….png`. Nothing that stops showing the same bytes takes them away
   * until the name is released. Raises 'storage-full'.
   */
  put(bytes: Uint8Array, extension: 'png' | 'bin'): Promise<string>;
  /** Undefined where there is no such file, or it had to make room. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** To be called once for each `put`, when a message shows the file or none will. */
  release(names: Iterable<string>): void;
  /** Removes those that are not held by a `put`. */
  remove(names: Iterable<string>): Promise<void>;
  /** Removes all other files. */
  keepOnly(names: ReadonlySet<string>): Promise<void>;
}

const namePattern = /^[0-9a-f]{64}\.(png|bin)$/;
const draftPattern = /^[0-9a-f]{16}\.tmp$/;

export interface ShelfOptions {
  /** Over so many, the oldest files make room. Default 1 GB. */
  readonly mostBytes?: number;
  /** A seam for tests of full disks. */
  readonly write?: typeof writeFile;
}

/** Opens the folder, which is made where it is missing. */
export async function openFileShelf(folder: string, options: ShelfOptions = {}): Promise<FileShelf> {
  const { mostBytes = 2 ** 30, write = writeFile } = options;
  await mkdir(folder, { recursive: true });
  await removeDrafts(folder);
  const sizes = new Map<string, number>();
  const writing = new Map<string, Promise<void>>();
  const removing = new Map<string, Promise<void>>();
  const held = createTally();
  for (const { name, size } of await filesByAge(folder)) sizes.set(name, size);
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);

  async function discard(name: string): Promise<void> {
    total -= sizes.get(name) ?? 0;
    if (!sizes.delete(name)) return;
    const removed = rm(join(folder, name), { force: true }).finally(() => removing.delete(name));
    removing.set(name, removed);
    await removed;
  }

  async function remove(names: Iterable<string>): Promise<void> {
    for (const name of names) if (held.of(name) === 0) await discard(name);
  }

  async function add(name: string, bytes: Uint8Array): Promise<void> {
    await removing.get(name)?.catch(() => {});
    await writeWhole(write, folder, name, bytes);
    sizes.set(name, bytes.length);
    total += bytes.length;
    while (total > mostBytes && sizes.size > 0) await discard(sizes.keys().next().value!);
  }

  return {
    async put(bytes, extension) {
      const name = `${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
      held.add(name, 1);
      if (sizes.has(name)) return name;
      const written = writing.get(name) ?? add(name, bytes).finally(() => writing.delete(name));
      writing.set(name, written);
      try {
        await written;
      } catch (error) {
        held.add(name, -1);
        throw error;
      }
      return name;
    },
    release(names) {
      for (const name of names) held.add(name, -1);
    },
    async read(name) {
      if (!namePattern.test(name) || !sizes.has(name)) return undefined;
      return readFile(join(folder, name)).catch(() => undefined);
    },
    remove,
    keepOnly: (names) => remove([...sizes.keys()].filter((name) => !names.has(name))),
  };
}

/** Leaves at `name` all of the bytes or nothing. */
async function writeWhole(
  write: typeof writeFile,
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const draft = join(folder, `${randomBytes(8).toString('hex')}.tmp`);
  try {
    await write(draft, bytes);
    await rename(draft, join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    if (!isFullDisk(error)) throw error;
    raise('storage-full', 'The disk is full, so pictures and files cannot be shown: free some space.');
  }
}

/** What a crash left half-written. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => draftPattern.test(name));
  await Promise.all(drafts.map((name) => rm(join(folder, name), { force: true })));
}

/** Where the page finds a file of the shelf. */
export function urlOf(name: string): string {
  return `/files/${name}`;
}

/** The file's name on the shelf. */
export function fileOf(url: string): string {
  return url.slice(urlOf('').length);
}

async function filesByAge(folder: string): Promise<readonly { name: string; size: number }[]> {
  const names = (await readdir(folder)).filter((name) => namePattern.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { name, size, age: mtimeMs };
    }),
  );
  return files.sort((a, b) => a.age - b.age);
}

/** The size that a PNG's header declares. */
export function pngSize(png: Uint8Array): { readonly width: number; readonly height: number } {
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: header.getUint32(16), height: header.getUint32(20) };
}
