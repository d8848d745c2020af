import { open } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { tokensIn } from '../concept.ts';
import { readReach } from '../personalize/concept-file.ts';
import type { Methods } from '../personalize/method.ts';
import { attempt } from '../result.ts';
import { longestHeader } from '../safetensors.ts';
import type { ConceptRef } from './protocol.ts';

/** Finds out which of a server's concepts a text needs. */
export interface Reaches {
  /**
   * Those that it names, where all are in place at their tokens alone; else all of them, in their order. Of the others no more than the
   * header is read. What cannot be told is needed, so that whoever reads it says what is wrong.
   */
  neededFor(text: string, refs: readonly ConceptRef[]): Promise<readonly ConceptRef[]>;
}

/** Each is remembered with its hash and one bit. */
const mostRemembered = 100_000;

/** Remembers by its hash what was found of a file; one that could not be read is looked at again. */
export function createReaches(methods: Methods): Reaches {
  const known = new LRUCache<string, boolean>({ max: mostRemembered });

  const isAtToken = async ({ path, sha256 }: ConceptRef): Promise<boolean> => {
    const before = known.get(sha256);
    if (before !== undefined) return before;
    const reach = await attempt(async () => readReach(await headerOf(path))).catch(() => undefined);
    if (!reach?.ok) return false;
    const method = methods.get(reach.value.method);
    const atToken = method !== undefined && !method.fuse && reach.value.atToken;
    known.set(sha256, atToken);
    return atToken;
  };

  return {
    async neededFor(text, refs) {
      for (const ref of refs) if (!(await isAtToken(ref))) return refs;
      const named = new Set(tokensIn(text.toLowerCase()));
      return refs.filter(({ token }) => named.has(token));
    },
  };
}

/** The beginning of a safetensors file, to the end of its header. */
async function headerOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const prefix = Buffer.alloc(8);
    await file.read(prefix, 0, prefix.length, 0);
    const length = Math.min(Number(prefix.readBigUInt64LE()), longestHeader);
    const start = Buffer.alloc(prefix.length + length);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return start.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
