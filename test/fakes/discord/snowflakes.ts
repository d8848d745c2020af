import type { Clock } from '../clock.ts';

/** Discord counts from the first second of 2015. */
const epoch = 1_420_070_400_000;

/** Makes ids as Discord makes them, with the time in their upper bits, and no two alike. */
export function createSnowflakes(clock: Clock): () => string {
  let count = 0n;
  return () => ((BigInt(clock.now() - epoch) << 22n) + count++).toString();
}
