import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Pictures and files of messages, by the hash of their bytes. */
export interface FileShelf {
  /** Keeps the bytes and returns their name, such as `9f86….png`. */
  put(bytes: Uint8Array, extension: 'png' | 'bin'): Promise<string>;
  /** Undefined where there is no such file, or it had to make room. */
  read(name: string): Promise<Uint8Array | undefined>;
}

const namePattern = /^[0-9a-f]{64}\.(png|bin)$/;

/** Opens the folder, which is made where it is missing. Over `mostBytes`, the oldest files make room. */
export async function openFileShelf(folder: string, mostBytes = 2 ** 30): Promise<FileShelf> {
  await mkdir(folder, { recursive: true });
  const sizes = new Map<string, number>();
  for (const { name, size } of await filesByAge(folder)) sizes.set(name, size);
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);

  async function makeRoom(): Promise<void> {
    for (const [name, size] of sizes) {
      if (total <= mostBytes) return;
      sizes.delete(name);
      total -= size;
      await rm(join(folder, name), { force: true });
    }
  }

  return {
    async put(bytes, extension) {
      const name = `${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
      if (sizes.has(name)) return name;
      const temporary = join(folder, `${randomBytes(8).toString('hex')}.tmp`);
      try {
        await writeFile(temporary, bytes);
        await rename(temporary, join(folder, name));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      sizes.set(name, bytes.length);
      total += bytes.length;
      await makeRoom();
      return name;
    },
    async read(name) {
      if (!namePattern.test(name) || !sizes.has(name)) return undefined;
      return readFile(join(folder, name)).catch(() => undefined);
    },
  };
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
