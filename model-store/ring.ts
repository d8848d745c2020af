import type { Keyv } from 'keyv';
import PQueue from 'p-queue';
import { requireShort } from './metadata.ts';

/** The newest values under each of many prefixes. */
export interface Ring {
  /** Keeps `value` and returns its number, 1 for the first. Throws where its JSON is too long. */
  append(prefix: string, value: unknown): Promise<number>;
  at(prefix: string, number: number): Promise<unknown>;
  /** Oldest first. */
  list(prefix: string): Promise<readonly unknown[]>;
  /** Deletes the values that `matches` says, and returns how many. The others keep their numbers. */
  drop(prefix: string, matches: (value: unknown) => boolean): Promise<number>;
}

interface Slot {
  readonly number: number;
  readonly value: unknown;
}

/** Value n of a prefix takes slot n mod `size` and writes over the one that had it: bounded without any clearing up. */
export function createRing(metadata: Keyv, size: number, maxBytes: number): Ring {
  const writes = new PQueue({ concurrency: 1 });
  const slotKey = (prefix: string, number: number) => `${prefix}/${number % size}`;
  const headKey = (prefix: string) => `${prefix}/head`;
  const head = async (prefix: string) => {
    const stored: unknown = await metadata.get(headKey(prefix));
    return typeof stored === 'number' ? stored : 0;
  };
  const slots = async (prefix: string): Promise<readonly Slot[]> => {
    const newest = await head(prefix);
    const keys = Array.from({ length: Math.min(newest, size) }, (_, back) => slotKey(prefix, newest - back));
    const stored: readonly unknown[] = await metadata.getMany(keys);
    return stored.filter(isSlot).sort((a, b) => a.number - b.number);
  };

  return {
    async append(prefix, value) {
      requireShort(value, maxBytes);
      return writes.add(async () => {
        const number = (await head(prefix)) + 1;
        await metadata.setMany<unknown>([
          { key: slotKey(prefix, number), value: { number, value } satisfies Slot },
          { key: headKey(prefix), value: number },
        ]);
        return number;
      });
    },

    async at(prefix, number) {
      if (!Number.isSafeInteger(number) || number < 1) return undefined;
      const slot: unknown = await metadata.get(slotKey(prefix, number));
      return isSlot(slot) && slot.number === number ? slot.value : undefined;
    },

    list: async (prefix) => (await slots(prefix)).map(({ value }) => value),

    drop: (prefix, matches) =>
      writes.add(async () => {
        const unwanted = (await slots(prefix)).filter(({ value }) => matches(value));
        await metadata.deleteMany(unwanted.map(({ number }) => slotKey(prefix, number)));
        return unwanted.length;
      }),
  };
}

function isSlot(stored: unknown): stored is Slot {
  return (
    typeof stored === 'object' && stored !== null && 'number' in stored && typeof stored.number === 'number'
  );
}
