import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Blobs } from './blobs.ts';
import type { Metadata } from './metadata.ts';

/**
 * What is known of a file: the keys of the records that name it, those who are about to write such a record and since when (milliseconds
 * since the epoch), and whether it is being removed.
 */
export interface FileRecord {
  readonly holders: readonly string[];
  readonly claims: Readonly<Record<string, number>>;
  readonly going?: string;
}

/**
 * Which records need which files. Several processes put, share and forget files at once, and a file store knows no
 * transactions: so a file is claimed before it is written, and marked as going, where nobody needs it, before it is
 * removed. Whoever wants the same file meanwhile waits until it is gone and writes it again.
 */
export interface HeldFiles {
  /** Keeps these files from going, whether they are there or not. Returns the name of the claim. */
  claim(hashes: readonly string[]): Promise<string>;
  /** Gives a claim up. Files that nobody needs then are removed. */
  drop(claim: string, hashes: readonly string[]): Promise<void>;
  /** Removes files that were marked as going, by what they were marked with. Never rejects. */
  finish(going: ReadonlyMap<string, string>): Promise<void>;
}

export interface HeldFilesOptions {
  readonly metadata: Metadata;
  readonly blobs: Pick<Blobs, 'remove'>;
  /** Hears why a file that nothing needs any more could not be removed. */
  readonly onLeftBehind: (error: unknown) => void;
}

/** Of a file whose record is damaged: somebody may need it. The next sweep finds out who. */
export const unknownHolder = '?';

const nothing: FileRecord = { holders: [], claims: {} };
const recordSchema = z.strictObject({
  holders: z.array(z.string()),
  claims: z.record(z.string(), z.number()),
  going: z.string().exactOptional(),
}) satisfies z.ZodType<FileRecord>;

/** By whose own clock, in milliseconds: clocks of several machines differ. Removing a file takes seconds at most. */
const patience = 60_000;

/** Of what is known of a file, by its hash. */
export const fileKey = (sha256: string) => `file/${sha256}`;

/** A record as it was stored; held by {@link unknownHolder} where it cannot be read, so that its file does not go. */
export function readFileRecord(stored: unknown): FileRecord {
  if (stored === undefined) return nothing;
  const read = recordSchema.safeParse(stored);
  return read.success ? read.data : { holders: [unknownHolder], claims: {} };
}

/** Hands the claim on a file over to the records under `keys`. Throws where there is no such claim any more. */
export function handedOver(record: FileRecord, claim: string, keys: readonly string[]): FileRecord {
  const { [claim]: since, ...claims } = record.claims;
  if (since === undefined) throw new Error('a file was not stored in time, and its claim has ended');
  return { ...record, claims, holders: [...new Set([...record.holders, ...keys])] };
}

/** The record without a holder or a claim: marked as going where that was the last. */
export function released(record: FileRecord, who: string): FileRecord {
  const { [who]: _, ...claims } = record.claims;
  const holders = record.holders.filter((holder) => holder !== who);
  return needed({ ...record, claims, holders });
}

/** Marked as going where nobody needs it. */
export function needed(record: FileRecord): FileRecord {
  const { holders, claims, going = randomUUID() } = record;
  return holders.length > 0 || Object.keys(claims).length > 0 ? record : { holders, claims, going };
}

/** What to write of files, and with what those are marked that are going, by their hashes. */
export function changedFiles(records: ReadonlyMap<string, FileRecord>): {
  readonly writes: readonly (readonly [string, FileRecord])[];
  readonly going: ReadonlyMap<string, string>;
} {
  const going = [...records].flatMap(([sha256, record]) =>
    record.going === undefined ? [] : [[sha256, record.going] as const],
  );
  return {
    writes: [...records].map(([sha256, record]) => [fileKey(sha256), record]),
    going: new Map(going),
  };
}

/** Claiming waits while a file goes, and after a minute removes it itself: whoever began has ended. */
export function createHeldFiles({ metadata, blobs, onLeftBehind }: HeldFilesOptions): HeldFiles {
  const changeEach = <T>(
    hashes: readonly string[],
    act: (records: ReadonlyMap<string, FileRecord>) => {
      readonly result: T;
      readonly records?: ReadonlyMap<string, FileRecord>;
    },
  ) =>
    metadata.update(hashes.map(fileKey), (values) => {
      const before = new Map(hashes.map((sha256, index) => [sha256, readFileRecord(values[index])]));
      const { result, records = new Map() } = act(before);
      return { result, writes: changedFiles(records).writes };
    });

  const finish = async (going: ReadonlyMap<string, string>) => {
    for (const [sha256, mark] of going) {
      try {
        await blobs.remove(sha256);
        await metadata.update([fileKey(sha256)], ([stored]) => ({
          result: undefined,
          writes: readFileRecord(stored).going === mark ? [[fileKey(sha256), undefined]] : [],
        }));
      } catch (error) {
        onLeftBehind(error);
      }
    }
  };

  return {
    finish,

    async claim(hashes) {
      const claim = randomUUID();
      const waitingSince = Date.now();
      for (;;) {
        const going = await changeEach(hashes, (records) => {
          const { going } = changedFiles(records);
          if (going.size > 0) return { result: going };
          const claimed = [...records].map(
            ([sha256, record]) =>
              [sha256, { ...record, claims: { ...record.claims, [claim]: Date.now() } }] as const,
          );
          return { result: going, records: new Map(claimed) };
        });
        if (going.size === 0) return claim;
        if (Date.now() - waitingSince > patience) await finish(going);
        else await pause(20);
      }
    },

    async drop(claim, hashes) {
      const going = await changeEach(hashes, (before) => {
        const held = [...before].filter(([, record]) => claim in record.claims);
        const records = new Map(held.map(([sha256, record]) => [sha256, released(record, claim)]));
        return { result: changedFiles(records).going, records };
      });
      await finish(going);
    },
  };
}
