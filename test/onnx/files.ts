import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../fixtures/', import.meta.url);

export function fixturePath(path: string): string {
  return fileURLToPath(new URL(path, folder));
}

/** The bytes of a file under test/fixtures, in memory of their own. */
export function fixture(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, folder)));
}
