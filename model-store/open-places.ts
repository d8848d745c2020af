import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blobs, type Files, openBlobs } from './blobs.ts';
import { cacheIn } from './cached-blobs.ts';
import { openStorage } from './drivers/open-storage.ts';
import { openS3, type S3Options } from './drivers/s3.ts';
import type { Storage } from './drivers/storage.ts';
import { blobsName, cacheName } from './upkeep/layout.ts';

/** Where things are kept. */
export interface Places {
  /** Of this machine's own: all of it, unless the others say so. */
  readonly folder: string;
  /** Address of Redis or Postgres, which has the records. */
  readonly storeUrl?: string;
  /** A folder that machines share, or a bucket, which has the files of concepts. */
  readonly blobs?: { readonly folder: string } | S3Options;
}

export interface OpenPlaces {
  readonly storage: Storage;
  readonly blobs: Blobs;
}

const cacheLimits = { bytes: 2 ** 32, age: 24 * 3_600_000 };

/** Seams for tests, and what may be heard. */
export interface PlacesOptions {
  readonly storage?: Storage;
  readonly files?: Files;
  /** Hears why a file that nobody needs could not be removed. */
  readonly onLeftBehind?: (error: unknown) => void;
}

/** Opens where things are kept. Raises what is wrong with it. */
export async function openPlaces(
  { folder, storeUrl, blobs }: Places,
  options: PlacesOptions = {},
): Promise<OpenPlaces> {
  await mkdir(folder, { recursive: true });
  const storage = options.storage ?? (await openStorage(folder, storeUrl));
  try {
    return { storage, blobs: await openFiles(folder, blobs, options) };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function openFiles(
  folder: string,
  place: Places['blobs'],
  { files, onLeftBehind = () => {} }: PlacesOptions,
): Promise<Blobs> {
  if (place === undefined) return openBlobs(join(folder, blobsName), files);
  if ('folder' in place) return openBlobs(place.folder, files);
  return openS3(place, await cacheIn(openBlobs(join(folder, cacheName), files), cacheLimits, onLeftBehind));
}
