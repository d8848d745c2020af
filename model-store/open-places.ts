import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blobs, type Files, openBlobs } from './blobs.ts';
import { cacheIn } from './cached-blobs.ts';
import { openBucket, type S3Options } from './drivers/bucket.ts';
import { objectsIn } from './drivers/objects.ts';
import { openStorage } from './drivers/open-storage.ts';
import { blobsIn } from './drivers/s3.ts';
import type { Storage } from './drivers/storage.ts';
import { createParcels, type Parcels } from './parcels.ts';
import { blobsName, cacheName, jobFilesName, parcelsName } from './upkeep/layout.ts';

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
  /** Beside the files of concepts. */
  readonly parcels: Parcels;
  /** As parcels, and named by records of jobs: those are not swept by their age alone. */
  readonly jobFiles: Parcels;
}

const cacheLimits = { bytes: 2 ** 32, age: 24 * 3_600_000 };

/** Seams for tests, and what may be heard. */
export interface PlacesOptions {
  readonly storage?: Storage;
  readonly files?: Files;
  /** Hears why a file that nobody needs could not be removed. */
  readonly onLeftBehind?: (error: unknown) => void;
}

/** Makes a folder for this user alone where there is none: nothing that is kept is encrypted. */
export async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Opens where things are kept, in a folder that is made for this user alone where there is none. Raises what is wrong with it. */
export async function openPlaces(
  { folder, storeUrl, blobs }: Places,
  options: PlacesOptions = {},
): Promise<OpenPlaces> {
  await makeOwnFolder(folder);
  const storage = options.storage ?? (await openStorage(folder, storeUrl));
  try {
    return { storage, ...(await openFiles(folder, blobs, options)) };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function openFiles(
  folder: string,
  place: Places['blobs'],
  { files, onLeftBehind = () => {} }: PlacesOptions,
): Promise<Omit<OpenPlaces, 'storage'>> {
  if (place === undefined || 'folder' in place) {
    const [shared, shelves] = place ? [place.folder, place.folder] : [folder, join(folder, blobsName)];
    const within = (name: string) => createParcels(objectsIn(join(shared, name), files));
    return { blobs: openBlobs(shelves, files), parcels: within(parcelsName), jobFiles: within(jobFilesName) };
  }
  const bucket = await openBucket(place);
  const copies = openBlobs(join(folder, cacheName), files);
  return {
    blobs: blobsIn(bucket, await cacheIn(copies, cacheLimits, onLeftBehind)),
    parcels: createParcels(bucket.under(parcelsName)),
    jobFiles: createParcels(bucket.under(jobFilesName)),
  };
}
