import { z } from 'zod';
import { holdsNoCredentials } from './kinds.ts';

/** Where what several machines share is kept. */
export interface StoreSettings {
  /** Absent: records are in the data folder. */
  readonly storeUrl?: string;
  /** Absent: files of concepts are in the data folder. */
  readonly blobs?:
    | { readonly folder: string }
    | {
        readonly url: string;
        readonly region: string;
        readonly endpoint?: string;
        readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
      };
}

/** Those that are never shown: an address of a database has its password in it. */
export const storeSecretNames = [
  'STORE_URL',
  'S3_ENDPOINT',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const;

/** The variables. Each description ends the sentence "NAME must be …". */
export const storeFields = {
  STORE_URL: z
    .url({ protocol: /^(rediss?|postgres(ql)?)$/ })
    .optional()
    .describe('an address that begins with redis://, rediss://, postgres:// or postgresql://'),
  BLOBS_URL: z
    .string()
    .refine((place) => !place.includes('://') || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(\/[\w./-]*)?$/.test(place))
    .optional()
    .describe('a folder, or a bucket such as s3://bucket/prefix'),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .refine(holdsNoCredentials)
    .optional()
    .describe('an http or https address without a user name in it'),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('us-east-1')
    .describe('the name of a region such as eu-central-1'),
  S3_ACCESS_KEY_ID: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('a key id as the service shows it, without spaces'),
  S3_SECRET_ACCESS_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('a secret key as the service shows it, without spaces'),
};

interface StoreData {
  readonly REDIS_URL?: string | undefined;
  readonly STORE_URL?: string | undefined;
  readonly BLOBS_URL?: string | undefined;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_REGION: string;
  readonly S3_ACCESS_KEY_ID?: string | undefined;
  readonly S3_SECRET_ACCESS_KEY?: string | undefined;
}

/** A sentence on what is missing; undefined where nothing is. */
export function lackingForStore(data: StoreData): string | undefined {
  const { REDIS_URL, STORE_URL, BLOBS_URL, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = data;
  if ((id === undefined) !== (secret === undefined))
    return 'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY come together. Set both or neither.';
  const unset = Object.entries({ STORE_URL, BLOBS_URL }).flatMap(([name, value]) => (value ? [] : [name]));
  if (REDIS_URL === undefined || unset.length === 0) return undefined;
  return `With REDIS_URL bots and workers are processes of their own, which share what is kept. Set ${unset.join(' and ')} too, the same for all of them; docs/scaling.md tells what they may be.`;
}

/** @param absolute makes a folder's path absolute */
export function storeFrom(data: StoreData, absolute: (folder: string) => string): StoreSettings {
  const { STORE_URL: storeUrl, BLOBS_URL: place } = data;
  return {
    ...(storeUrl !== undefined && { storeUrl }),
    ...(place !== undefined && {
      blobs: place.startsWith('s3://') ? bucketOf(place, data) : { folder: absolute(place) },
    }),
  };
}

function bucketOf(url: string, data: StoreData) {
  const {
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: id,
    S3_SECRET_ACCESS_KEY: secret,
  } = data;
  const known = id !== undefined && secret !== undefined;
  return {
    url,
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(known && { credentials: { accessKeyId: id, secretAccessKey: secret } }),
  };
}
