import type { Concept } from '../src/concept.ts';
import { type Blobs, hashOf } from './blobs.ts';
import { changedFiles, fileKey, type HeldFiles, handedOver, readFileRecord, released } from './held-files.ts';
import type { Metadata } from './metadata.ts';
import { filesOf } from './sweep.ts';

/** What to write under a key; undefined takes the record away. */
export type Write = readonly [key: string, value: unknown];

/** Records of concepts and the files that they name, changed as one: no record names a file that is not there, and no file stays that none names. */
export interface LinkedFiles {
  /**
   * Claims files and writes them, and then, as one, what names them: what `act` makes of the records under `keys`, and that `concepts`, by
   * their keys, hold the files. Files that nothing names are removed where that fails.
   */
  write(
    files: readonly Uint8Array[],
    concepts: ReadonlyMap<string, Concept>,
    keys: readonly string[],
    act: (values: readonly unknown[]) => readonly Write[],
  ): Promise<void>;
  /** Takes the records of `concepts`, by their keys, away, as `act` says of the records under `keys`, and the files that nobody needs then. */
  release<T>(
    concepts: ReadonlyMap<string, Concept>,
    keys: readonly string[],
    act: (values: readonly unknown[]) => { readonly result: T; readonly writes: readonly Write[] },
  ): Promise<T>;
}

export interface LinkedFilesOptions {
  readonly metadata: Metadata;
  readonly blobs: Pick<Blobs, 'write'>;
  readonly files: HeldFiles;
}

export function createLinkedFiles({ metadata, blobs, files }: LinkedFilesOptions): LinkedFiles {
  return {
    async write(bytes, concepts, keys, act) {
      const hashes = [...new Set(bytes.map(hashOf))];
      const claim = await files.claim(hashes);
      try {
        const written = await Promise.allSettled(bytes.map((one) => blobs.write(one)));
        for (const one of written) if (one.status === 'rejected') throw one.reason;
        await metadata.update([...keys, ...hashes.map(fileKey)], (values) => {
          const writes = act(values);
          const held = hashes.map((sha256, index): Write => {
            const record = readFileRecord(values[keys.length + index]);
            return [fileKey(sha256), handedOver(record, claim, keysNaming(concepts, sha256))];
          });
          return { result: undefined, writes: [...writes, ...held] };
        });
      } catch (error) {
        await files.drop(claim, hashes);
        throw error;
      }
    },

    async release(concepts, keys, act) {
      const hashes = [...new Set([...concepts.values()].flatMap(filesOf))];
      const { result, going } = await metadata.update([...keys, ...hashes.map(fileKey)], (values) => {
        const change = act(values);
        const records = hashes.map((sha256, index) => {
          let record = readFileRecord(values[keys.length + index]);
          for (const key of concepts.keys()) record = released(record, key);
          return [sha256, record] as const;
        });
        const { writes, going } = changedFiles(new Map(records));
        return { result: { result: change.result, going }, writes: [...change.writes, ...writes] };
      });
      await files.finish(going);
      return result;
    },
  };
}

function keysNaming(concepts: ReadonlyMap<string, Concept>, sha256: string): string[] {
  return [...concepts].flatMap(([key, concept]) => (filesOf(concept).includes(sha256) ? [key] : []));
}
