import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { failure, type Result, raise, success } from '../../src/result.ts';
import { type Blobs, blobName, hashAt, hashOf, unreadable } from '../blobs.ts';
import type { CachedBlobs } from '../cached-blobs.ts';

/** Where an S3-compatible service is, and what it is told to know who asks. */
export interface S3Options {
  /** `s3://bucket/prefix`; the prefix may be empty. */
  readonly url: string;
  /** Address of the service; Amazon's of the region where absent. */
  readonly endpoint?: string;
  readonly region: string;
  /** Absent: as Amazon's own programs find them, in the environment, in files or on the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** As many files as one answer lists; the service says how many where absent. */
  readonly pageSize?: number;
}

const requestMilliseconds = 60_000;
const connectionMilliseconds = 10_000;
const mostAttempts = 4;

/**
 * Files as objects `prefix/ab/cdef…` of a bucket, which exists already. They are held against their hashes whenever they come, whatever the service says.
 * The engine reads files, so that each that is used is copied into `cache`.
 *
 * Raises 'not-found' where the bucket does not answer.
 */
export async function openS3(options: S3Options, cache: CachedBlobs): Promise<Blobs> {
  const { hostname: bucket, pathname } = new URL(options.url);
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  const client = clientOf(options);
  const at = (name: string) => ({ Bucket: bucket, Key: prefix === '' ? name : `${prefix}/${name}` });
  const keyOf = (sha256: string) => at(blobName(sha256));
  await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 })).catch((error: unknown) => {
    client.destroy();
    raise(
      'not-found',
      `The bucket at BLOBS_URL cannot be used: ${reason(error)}. Make it, or change the settings.`,
    );
  });

  const fetch = async (sha256: string): Promise<Result<Uint8Array>> => {
    const { Body } = await client.send(new GetObjectCommand(keyOf(sha256))).catch(unlessAbsent);
    const bytes = await Body?.transformToByteArray();
    if (bytes === undefined || hashOf(bytes) !== sha256) return unreadable(sha256, bytes);
    await cache.write(bytes);
    return success(bytes);
  };

  return {
    async write(bytes) {
      const sha256 = hashOf(bytes);
      const checksum = Buffer.from(sha256, 'hex').toString('base64');
      await client.send(
        new PutObjectCommand({
          ...keyOf(sha256),
          Body: bytes,
          ContentLength: bytes.length,
          ChecksumSHA256: checksum,
        }),
      );
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

    path: cache.path,

    async remove(sha256) {
      await client.send(new DeleteObjectCommand(keyOf(sha256)));
      await cache.remove(sha256);
    },

    readOriginal: fetch,
    removeDrafts: async () => {},

    async *list() {
      const folder = at('').Key;
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: folder,
            ...(options.pageSize !== undefined && { MaxKeys: options.pageSize }),
            ...(token && { ContinuationToken: token }),
          }),
        );
        for (const { Key = '', LastModified } of page.Contents ?? []) {
          const sha256 = hashAt(Key.slice(folder.length));
          if (sha256 !== undefined && LastModified) yield { sha256, writtenAt: LastModified.getTime() };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },

    async close() {
      await cache.close();
      client.destroy();
    },
  };
}

/** Services beside Amazon's do not all know its newer checksums, and have their buckets in the path of the address. */
function clientOf({ endpoint, region, credentials }: S3Options): S3Client {
  return new S3Client({
    region,
    maxAttempts: mostAttempts,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { requestTimeout: requestMilliseconds, connectionTimeout: connectionMilliseconds },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
  });
}

function unlessAbsent(error: unknown): { readonly Body?: undefined } {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return {};
  throw error;
}

function reason(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.message}`.trim() : String(error);
}
