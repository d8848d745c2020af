/** The time as the fake Discord has it: the real one, and what a test moved it on by. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  advance(milliseconds: number): void;
}

export function createClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(milliseconds) {
      ahead += milliseconds;
    },
  };
}

/** Discord counts from the first second of 2015. */
const epoch = 1_420_070_400_000;

/** Makes ids as Discord makes them, with the time in their upper bits, and no two alike. */
export function createSnowflakes(clock: Clock): () => string {
  let count = 0n;
  return () => ((BigInt(clock.now() - epoch) << 22n) + count++).toString();
}
