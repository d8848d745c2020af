import { type Metadata, requireShort } from './metadata.ts';

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
export function createRing(metadata: Metadata, size: number, maxBytes: number): Ring {
  const slotKey = (prefix: string, number: number) => `${prefix}/${number % size}`;
  const headKey = (prefix: string) => `${prefix}/head`;
  const slots = async (prefix: string): Promise<readonly Slot[]> => {
    const newest = numberIn(await metadata.get(headKey(prefix)));
    const keys = Array.from({ length: Math.min(newest, size) }, (_, back) => slotKey(prefix, newest - back));
    const stored: readonly unknown[] = await metadata.getMany(keys);
    return stored.filter(isSlot).sort((a, b) => a.number - b.number);
  };

  return {
    async append(prefix, value) {
      requireShort(value, maxBytes);
      return metadata.update([headKey(prefix)], ([newest]) => {
        const number = numberIn(newest) + 1;
        return {
          result: number,
          writes: [
            [slotKey(prefix, number), { number, value } satisfies Slot],
            [headKey(prefix), number],
          ],
        };
      });
    },

    async at(prefix, number) {
      if (!Number.isSafeInteger(number) || number < 1) return undefined;
      const slot: unknown = await metadata.get(slotKey(prefix, number));
      return isSlot(slot) && slot.number === number ? slot.value : undefined;
    },

    list: async (prefix) => (await slots(prefix)).map(({ value }) => value),

    async drop(prefix, matches) {
      const unwanted = (await slots(prefix)).filter(({ value }) => matches(value));
      const keys = unwanted.map(({ number }) => slotKey(prefix, number));
      return metadata.update(keys, (stored) => {
        const there = keys.filter((_, index) => isNumber(stored[index], unwanted[index]?.number));
        return { result: there.length, writes: there.map((key) => [key, undefined]) };
      });
    },
  };
}

function numberIn(stored: unknown): number {
  return typeof stored === 'number' ? stored : 0;
}

function isNumber(stored: unknown, number: number | undefined): boolean {
  return isSlot(stored) && stored.number === number;
}

function isSlot(stored: unknown): stored is Slot {
  return (
    typeof stored === 'object' && stored !== null && 'number' in stored && typeof stored.number === 'number'
  );
}
