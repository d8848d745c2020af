import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, raise } from '../src/result.ts';
import type { JobParts } from './job-parts.ts';
import { keyOf, type Metadata } from './metadata.ts';
import { type Holder, type Ledger, type LedgerPart, ledgerParts } from './store.ts';

const place = 'ledger';
/** Throws where `job` is no id of one. */
const partKey = (server: string, job: string, part: LedgerPart) => {
  if (!/^[\w-]{1,40}$/.test(job)) throw new RangeError('a job has an id of 1 to 40 letters and digits');
  return keyOf(place, server, job, part);
};

/** Where it stands whether an accepted job may still store something; nowhere where it is of none. */
export function wantedKeys(server: string, job: string | undefined): readonly string[] {
  return job === undefined ? [] : [partKey(server, job, 'order'), partKey(server, job, 'cancelled')];
}

/** Raises 'cancelled' where what stands under the {@link wantedKeys} of a job says that it has ended or that somebody stopped it. */
export function requireWanted([order, stopped]: readonly unknown[]): void {
  if (order === undefined || stopped !== undefined) raise('cancelled', 'Stopped; nothing was changed.');
}

const keyPattern = /^ledger\/([^/]+)\/([\w-]+)\/(\w+)$/;

/** The ledger, and what else is done with the parts of jobs. */
export interface OpenLedger extends Ledger {
  /** Removes the files of what a server asked for, which are not among its records, once `erase` has removed those. */
  erased(server: string, erase: () => Promise<void>): Promise<void>;
  /** Removes files of jobs that a crash left, which no record names. */
  sweep(): Promise<void>;
}

/**
 * Jobs in the metadata, each part under a key of its own; files of theirs that are worked with lie in `folder`. They are in a place of their own, so
 * that listing them reads nothing else.
 */
export async function createLedger(metadata: Metadata, parts: JobParts, folder: string): Promise<OpenLedger> {
  const path = (job: string) => join(folder, job);
  const under = (server: string | undefined) =>
    server === undefined ? `${place}/` : `${keyOf(place, server)}/`;

  /** Whoever replaces a part removes the file that it was: then another is named by now. */
  const valueAt = async (key: string) => {
    for (let known: unknown; ; ) {
      const stored: unknown = await metadata.get(key);
      const value = await parts.unpack(stored);
      if (value !== undefined || stored === known || typeof stored !== 'string') return { stored, value };
      known = stored;
    }
  };

  /** Resolves with what stood there before. */
  const overwrite = async (keys: readonly string[], values: readonly string[]) => {
    const before: readonly unknown[] = await metadata.getMany([...keys]);
    await metadata.setMany(keys.map((key, index) => ({ key, value: values[index] })));
    return before;
  };

  /** The same as one step, where the job is still that holder's. */
  const overwriteHeld = (
    [orderKey, fenceKey]: readonly [string, string],
    { fence }: Holder,
    keys: readonly string[],
    values: readonly string[],
  ) =>
    metadata.update([orderKey, fenceKey, ...keys], ([order, highest, ...before]) => {
      if (order === undefined || (fence !== undefined && fence < Number(highest ?? 0)))
        raise('cancelled', 'Stopped; nothing was changed.');
      const own = keys.map((key, index) => [key, values[index]] as const);
      return { result: before, writes: fence === undefined ? own : [...own, [fenceKey, String(fence)]] };
    });

  const list: Ledger['list'] = async (part, of) => {
    const found: { server: string; job: string; value: unknown }[] = [];
    for await (const key of metadata.keysUnder(under(of))) {
      const [, server, job, name] = keyPattern.exec(key) ?? [];
      if (server === undefined || job === undefined || name !== part) continue;
      const { stored, value } = await valueAt(key);
      if (stored !== undefined) found.push({ server: decodeURIComponent(server), job, value });
    }
    return found;
  };

  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const known = new Set<string>();
  for await (const key of metadata.keysUnder(under(undefined))) {
    const [, , job, part] = keyPattern.exec(key) ?? [];
    if (job !== undefined && part === 'order') known.add(job);
  }
  for (const name of names) if (!known.has(name)) await rm(path(name), { force: true });

  return {
    list,
    async write(server, job, written, holder) {
      const entries = Object.entries(written) as [LedgerPart, unknown][];
      const keys = entries.map(([part]) => partKey(server, job, part));
      const values: string[] = [];
      try {
        for (const [, value] of entries) values.push(await parts.pack(value));
        const [order, fence] = [partKey(server, job, 'order'), partKey(server, job, 'fence')];
        const before = holder
          ? await overwriteHeld([order, fence], holder, keys, values)
          : await overwrite(keys, values);
        await parts.drop(before);
      } catch (error) {
        if (error instanceof ProblemError) await parts.drop(values);
        throw error;
      }
    },
    read: async (server, job, part) => (await valueAt(partKey(server, job, part))).value,
    async remove(server, job, part) {
      const keys = (part === undefined ? ledgerParts : [part]).map((one) => partKey(server, job, one));
      const before: readonly unknown[] = await metadata.getMany(keys);
      await metadata.deleteMany(keys);
      await parts.drop(before);
      if (part === undefined) await rm(path(job), { force: true });
    },
    path,
    async erased(server, erase) {
      const before = await metadata.under(under(server));
      await erase();
      await parts.drop([...before.values()]);
    },
    sweep: async () => parts.sweep([...(await metadata.under(under(undefined))).values()]),
  };
}
