import { failure, type Result, success } from '../../src/result.ts';
import { type Blobs, blobName, hashAt, hashOf, unreadable } from '../blobs.ts';
import type { CachedBlobs } from '../cached-blobs.ts';
import type { Bucket } from './bucket.ts';

/**
 * Files as objects `prefix/ab/cdef…` of a bucket, which is closed with them. They are held against their hashes whenever they come, whatever the
 * service says. The engine reads files, so that each that is used is copied into `cache`.
 */
export function blobsIn(bucket: Bucket, cache: CachedBlobs): Blobs {
  const fetch = async (sha256: string): Promise<Result<Uint8Array>> => {
    const bytes = await bucket.read(blobName(sha256));
    if (bytes === undefined || hashOf(bytes) !== sha256) return unreadable(sha256, bytes);
    await cache.write(bytes);
    return success(bytes);
  };

  return {
    async write(bytes) {
      const sha256 = hashOf(bytes);
      await bucket.write(blobName(sha256), bytes, sha256);
      await cache.write(bytes);
      return sha256;
    },

    async read(sha256) {
      const cached = await cache.read(sha256);
      return cached.ok ? cached : fetch(sha256);
    },

    async check(sha256) {
      const cached = await cache.check(sha256);
      if (cached.ok) return cached;
      const fetched = await fetch(sha256);
      return fetched.ok ? success(undefined) : failure(fetched.problem.code, fetched.problem.message);
    },

    size: async (sha256) => (await cache.size(sha256)) ?? bucket.size(blobName(sha256)),
    path: cache.path,

    async remove(sha256) {
      await bucket.remove(blobName(sha256));
      await cache.remove(sha256);
    },

    readOriginal: fetch,
    removeDrafts: async () => {},

    async *list() {
      for await (const { name, writtenAt } of bucket.list()) {
        const sha256 = hashAt(name);
        if (sha256 !== undefined) yield { sha256, writtenAt };
      }
    },

    async close() {
      await cache.close();
      bucket.close();
    },
  };
}
