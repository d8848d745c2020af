import { join } from 'node:path';
import { type Clip, openClip } from '../../../src/judges/clip.ts';
import { openReader, type Reader } from '../../../src/judges/reader.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { isThere } from '../eval/archive.ts';
import { hashOfFolder } from '../eval/fingerprint.ts';

/** A judge, and SHA-256 of its folder. */
export interface Known<T> {
  readonly judge: T;
  readonly hash: string;
}

/** Those of the judges that there are. */
export interface KnownJudges {
  readonly clip: Known<Clip> | null;
  readonly reader: Known<Reader> | null;
}

/** The model's folder, and those of judges that a person named; others are looked for in the model's. */
export interface JudgeFolders {
  readonly model: string;
  readonly clip?: string | undefined;
  readonly reader?: string | undefined;
}

/** How a judge is opened; a seam for tests. */
export interface Openers {
  openClip(runtime: Runtime, folder: string): Promise<Clip>;
  openReader(runtime: Runtime, folder: string): Promise<Reader>;
}

export const openers: Openers = { openClip, openReader };

/** Opens the judges. Raises 'not-found' where a folder that was named is not there, 'invalid-model' where it is no judge's. */
export async function openKnownJudges(
  runtime: Runtime,
  folders: JudgeFolders,
  { openClip, openReader }: Openers,
): Promise<KnownJudges> {
  const known = async <T>(
    what: 'clip' | 'reader',
    open: (runtime: Runtime, folder: string) => Promise<T>,
  ): Promise<Known<T> | null> => {
    const folder = folders[what] ?? join(folders.model, what);
    if (folders[what] === undefined && !(await isThere(folder))) return null;
    const hash = await hashOfFolder(folder, what);
    return { judge: await open(runtime, folder), hash };
  };
  return { clip: await known('clip', openClip), reader: await known('reader', openReader) };
}
