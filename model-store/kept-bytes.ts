import type { Concept } from '../src/concept.ts';
import type { Blobs } from './blobs.ts';
import { filesOf } from './sweep.ts';

/** Files that are asked for their sizes at the same time: of a bucket each is a request. */
const atOnce = 32;

/** Bytes of all files that concepts name, each once; what is missing counts nothing. */
export async function bytesOfConcepts(
  blobs: Pick<Blobs, 'size'>,
  concepts: readonly Concept[],
): Promise<number> {
  const hashes = [...new Set(concepts.flatMap(filesOf))];
  let bytes = 0;
  for (let from = 0; from < hashes.length; from += atOnce) {
    const sizes = await Promise.all(hashes.slice(from, from + atOnce).map((sha256) => blobs.size(sha256)));
    for (const size of sizes) bytes += size ?? 0;
  }
  return bytes;
}
