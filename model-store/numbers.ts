import { raise } from '../src/result.ts';

const tokenPattern = /^<new([1-9]\d{0,8})>$/;

/** The number of a token; undefined where it is none. */
export function numberOf(token: string): number | undefined {
  const digits = tokenPattern.exec(token)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The last number that a server gave. Raises 'storage-corrupt' where that cannot be read. */
export function numberIn(stored: unknown): number {
  if (stored === undefined) return 0;
  if (typeof stored === 'number' && Number.isSafeInteger(stored)) return stored;
  raise(
    'storage-corrupt',
    "The record of this server's tokens is damaged: put the data folder back from a backup.",
  );
}

/** A damaged count begins anew: who compares it sees that it changed. */
export function countIn(stored: unknown): number {
  return typeof stored === 'number' ? stored : 0;
}
