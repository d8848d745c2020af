/** Counts by name. A name that is counted down to 0 takes no room. */
export interface Tally {
  add(name: string, by: 1 | -1): void;
  /** 0 for a name that was never counted. */
  of(name: string): number;
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  const of = (name: string) => counts.get(name) ?? 0;
  return {
    of,
    add(name, by) {
      const count = of(name) + by;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}
