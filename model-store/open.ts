import { join } from 'node:path';
import { attempt, type Result } from '../src/result.ts';
import type { Blobs } from './blobs.ts';
import { createConceptStore } from './concepts.ts';
import { createDepartures } from './departures.ts';
import { createHeldFiles } from './held-files.ts';
import { createJobParts } from './job-parts.ts';
import { createLedger } from './ledger.ts';
import { type Metadata, openMetadata, serverKey } from './metadata.ts';
import { type OpenPlaces, openPlaces, type Places, type PlacesOptions } from './open-places.ts';
import type { Parcels } from './parcels.ts';
import { createPlatformRecords } from './platforms.ts';
import { createServerRecords } from './records.ts';
import { createRing } from './ring.ts';
import { createServerStore } from './servers.ts';
import type {
  ConceptStore,
  JobRecords,
  Ledger,
  MessageLog,
  PlatformRecords,
  ServerRecords,
  ServerStore,
} from './store.ts';
import { sweep } from './sweep.ts';
import { jobsName } from './upkeep/layout.ts';
import { migrate } from './upkeep/migrate.ts';

export interface StoreOptions extends Places, PlacesOptions {
  /** Age at which a file that no record names is swept, in milliseconds; for half of it no process sweeps again. Default one hour. */
  readonly orphanAge?: number;
  /** Hears of the record of servers that have left where it is damaged: what is kept of them stays then. */
  readonly onDamaged?: (error: unknown) => void;
}

export interface ModelStore {
  readonly concepts: ConceptStore;
  readonly servers: ServerStore;
  readonly records: ServerRecords;
  readonly jobs: JobRecords;
  readonly ledger: Ledger;
  readonly messages: MessageLog;
  readonly parcels: Parcels;
  /** What is kept of a platform as a whole, by its name. */
  platform(name: string): PlatformRecords;
  /**
   * Deletes for good what has expired and removes files that nothing needs, as opening it did; what any process did not long ago is left. Does
   * nothing by a clock that is ahead of the store's, and tells that as what is left behind. To be called every hour. Ends early where the signal is aborted.
   */
  sweep(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const hour = 3_600_000;

/**
 * Everything that Keepsake keeps, brought to this version where an earlier one wrote it. 'storage-corrupt' or 'not-allowed' where
 * the folder cannot be used.
 */
export function openStore(options: StoreOptions): Promise<Result<ModelStore>> {
  return attempt(async () => {
    const { storage, blobs, parcels, jobFiles } = await openPlaces(options, options);
    const metadata = openMetadata(storage);
    try {
      await migrate(metadata, blobs, options.folder);
      return { ...(await storeOver({ metadata, blobs, jobFiles }, options)), parcels };
    } catch (error) {
      await closeBoth(metadata, blobs);
      throw error;
    }
  });
}

async function closeBoth(metadata: Metadata, blobs: Blobs): Promise<void> {
  await metadata.disconnect();
  await blobs.close();
}

async function storeOver(
  { metadata, blobs, jobFiles }: Pick<OpenPlaces, 'blobs' | 'jobFiles'> & { readonly metadata: Metadata },
  options: StoreOptions,
): Promise<Omit<ModelStore, 'parcels'>> {
  const { folder, orphanAge = hour, onLeftBehind = () => {}, onDamaged = () => {} } = options;
  const held = createHeldFiles({ metadata, blobs, onLeftBehind });
  const jobs = createRing(metadata, 1000, 16 * 1024);
  const messages = createRing(metadata, 1000, 64 * 1024);
  const parts = createJobParts(jobFiles, onLeftBehind);
  const ledger = await createLedger(metadata, parts, join(folder, jobsName));
  const concepts = createConceptStore({ metadata, blobs, files: held });
  const sweepAll = async (signal?: AbortSignal) => {
    const options = { metadata, blobs, files: held, age: orphanAge, onLeftBehind };
    if (await sweep({ ...options, ...(signal && { signal }) })) await ledger.sweep();
  };
  await sweepAll();
  return {
    concepts: { ...concepts, erase: (server) => ledger.erased(server, () => concepts.erase(server)) },
    servers: createServerStore(metadata, jobs, createDepartures(metadata, onDamaged)),
    records: createServerRecords(metadata),
    jobs: {
      put: async (server, value) => String(await jobs.append(serverKey(server, 'job'), value)),
      get: (server, id) => jobs.at(serverKey(server, 'job'), Number(id)),
    },
    ledger,
    messages: {
      append: async (channel, message) =>
        void (await messages.append(serverKey(channel, 'message'), message)),
      list: (channel) => messages.list(serverKey(channel, 'message')),
      drop: async (channel, matches) => void (await messages.drop(serverKey(channel, 'message'), matches)),
    },
    platform: (name) => createPlatformRecords(metadata, name),
    sweep: sweepAll,
    close: () => closeBoth(metadata, blobs),
  };
}
