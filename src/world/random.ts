import type { Uniform } from '../random.ts';

/** A repeatable generator from a 32-bit seed (the mulberry32 mixing function). */
export function seededRandom(seed: number): Uniform {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of `values`, each equally likely. */
export function pick<T>(random: Uniform, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

/** A number in [low, high). */
export function between(random: Uniform, low: number, high: number): number {
  return low + random() * (high - low);
}

/** True with the given probability. */
export function chance(random: Uniform, probability: number): boolean {
  return random() < probability;
}

/** A whole number in [low, high], both included. */
export function whole(random: Uniform, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** `count` values of `make`, called with 0, 1, 2… */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
