import type { ConceptStore } from '../../../model-store/store.ts';
import { raise } from '../../result.ts';
import { tooManyBytes } from './sentences.ts';

/** Raises 'not-allowed' where a server would keep more bytes of concepts than it may, with so many more. */
export async function requireBytes(
  store: Pick<ConceptStore, 'bytes'>,
  server: string,
  more: number,
  most: number,
): Promise<void> {
  const kept = await store.bytes(server);
  if (kept + more > most) raise('not-allowed', tooManyBytes(kept, more, most));
}

/** Bytes of files together. */
export function lengthOf(files: readonly Uint8Array[]): number {
  return files.reduce((sum, { length }) => sum + length, 0);
}
