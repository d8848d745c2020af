import { stat } from 'node:fs/promises';
import type { Blobs } from './blobs.ts';

/** Copies of files that are kept elsewhere, in a folder of this machine. */
export type CachedBlobs = Omit<Blobs, 'list' | 'removeDrafts' | 'readOriginal'>;

export interface CacheLimits {
  /** All copies together. */
  readonly bytes: number;
  /** Since a copy was used last by this process, or else written, in milliseconds: no machine hears of what another forgets. */
  readonly age: number;
}

const hour = 3_600_000;
/** The engine may be reading a copy that was used last so many milliseconds ago. */
const inUse = 600_000;

/**
 * Bounds the copies in the folder of `blobs`, now and every hour: those that were not used for long go, and where there are too many those that were used
 * longest ago. `onLeft` hears why one could not be removed.
 */
export async function cacheIn(
  blobs: Blobs,
  limits: CacheLimits,
  onLeft: (error: unknown) => void,
): Promise<CachedBlobs> {
  const usedAt = new Map<string, number>();

  const tidy = async () => {
    const copies: { sha256: string; size: number; last: number }[] = [];
    await blobs.removeDrafts(Date.now() - inUse, onLeft);
    for await (const { sha256, writtenAt } of blobs.list()) {
      const stats = await stat(blobs.path(sha256)).catch(() => undefined);
      if (stats) copies.push({ sha256, size: stats.size, last: usedAt.get(sha256) ?? writtenAt });
    }
    let room = limits.bytes;
    for (const { sha256, size, last } of copies.sort((a, b) => b.last - a.last)) {
      const unused = Date.now() - last;
      room -= size;
      if (unused <= limits.age && (room >= 0 || unused < inUse)) continue;
      usedAt.delete(sha256);
      await blobs.remove(sha256).catch(onLeft);
    }
  };

  await tidy();
  const timer = setInterval(() => void tidy().catch(onLeft), hour).unref();
  const used = (sha256: string) => void usedAt.set(sha256, Date.now());
  return {
    ...blobs,
    read(sha256) {
      used(sha256);
      return blobs.read(sha256);
    },
    check(sha256) {
      used(sha256);
      return blobs.check(sha256);
    },
    async close() {
      clearInterval(timer);
      await blobs.close();
    },
  };
}
