import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { raise } from '../../src/result.ts';
import type { Objects } from './objects.ts';

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
  /** For how long the service may neither send nor take anything while it is asked, in milliseconds. Default one minute. */
  readonly silentMilliseconds?: number;
}

/** Objects of a bucket below its prefix; their names may have slashes. */
export interface Bucket extends Objects {
  /** Those below another prefix, by what their names have after it. */
  under(prefix: string): Objects;
  close(): void;
}

const minute = 60_000;
const connectionMilliseconds = 10_000;
const mostAttempts = 4;

/** A bucket, which exists already. Raises 'not-found' where it does not answer. */
export async function openBucket(options: S3Options): Promise<Bucket> {
  const { hostname: bucket, pathname } = new URL(options.url);
  const root = pathname.replace(/^\/+|\/+$/g, '');
  const client = clientOf(options);
  await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 })).catch((error: unknown) => {
    client.destroy();
    raise(
      'not-found',
      `The bucket at BLOBS_URL cannot be used: ${reason(error)}. Make it, or change the settings.`,
    );
  });

  const under = (prefix: string): Objects => {
    const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
    return {
      async write(name, bytes, sha256) {
        const checksum = Buffer.from(sha256, 'hex').toString('base64');
        const content = { Body: bytes, ContentLength: bytes.length, ChecksumSHA256: checksum };
        await client.send(new PutObjectCommand({ ...at(name), ...content })).catch(unlessFull);
      },
      async read(name) {
        const { Body } = await client.send(new GetObjectCommand(at(name))).catch(unlessAbsent);
        return Body?.transformToByteArray();
      },
      async size(name) {
        const head = await client.send(new HeadObjectCommand(at(name))).catch(unlessAbsent);
        return 'ContentLength' in head ? head.ContentLength : undefined;
      },
      remove: async (name) => void (await client.send(new DeleteObjectCommand(at(name)))),
      async *list() {
        let token: string | undefined;
        do {
          const page = await client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(options.pageSize !== undefined && { MaxKeys: options.pageSize }),
              ...(token && { ContinuationToken: token }),
            }),
          );
          for (const { Key = '', LastModified } of page.Contents ?? [])
            if (LastModified) yield { name: Key.slice(prefix.length), writtenAt: LastModified.getTime() };
          token = page.NextContinuationToken;
        } while (token !== undefined);
      },
    };
  };
  const folder = root === '' ? '' : `${root}/`;
  return { ...under(folder), under: (prefix) => under(`${folder}${prefix}/`), close: () => client.destroy() };
}

/**
 * Services beside Amazon's do not all know its newer checksums, and have their buckets in the path of the address. What ends a request is silence,
 * in its body too, and not how long it takes: large files may take long.
 */
function clientOf({ endpoint, region, credentials, silentMilliseconds = minute }: S3Options): S3Client {
  return new S3Client({
    region,
    maxAttempts: mostAttempts,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectionMilliseconds, socketTimeout: silentMilliseconds },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
  });
}

/** Of Ceph, of MinIO and of others with a quota, whatever the status; and the status of those that say no more. */
const fullCodes: readonly string[] = [
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
  'XMinioStorageFull',
  'InsufficientStorage',
];
const insufficientStorage = 507;

function unlessFull(error: unknown): never {
  const full =
    error instanceof S3ServiceException &&
    (fullCodes.includes(error.name) || error.$metadata.httpStatusCode === insufficientStorage);
  if (!full) throw error;
  raise('storage-full', 'The bucket has no room for more: give it some, then try again.');
}

function unlessAbsent(error: unknown): { readonly Body?: undefined } {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return {};
  throw error;
}

function reason(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.message}`.trim() : String(error);
}
