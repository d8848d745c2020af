import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Paths of all plain files in a folder and below, from the folder, with `/` between, in order. */
export async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length).split(sep).join('/'))
    .sort();
}

/**
 * Hash of a file in hexadecimal digits, read a piece at a time.
 * @param hash SHA-256 by default; what it has seen already comes before the file
 * @param onBytes hears how many bytes each piece has
 */
export async function hashFile(
  path: string,
  hash: Hash = createHash('sha256'),
  onBytes: (bytes: number) => void = () => {},
): Promise<string> {
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer);
    onBytes((piece as Buffer).length);
  }
  return hash.digest('hex');
}
