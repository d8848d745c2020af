import { mean, median } from '../../../src/numbers.ts';

/** What a process used at a moment, right after all garbage was collected. */
export interface Sample {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Bytes in use. */
  readonly held: number;
  /** Bytes of memory, those included that are kept for later and those of native libraries. */
  readonly resident: number;
  /** Files, pipes and connections that are open; null where the system does not tell. */
  readonly files: number | null;
}

/** How a process went from the first third of a time to its last. */
export interface Growth {
  /** Megabytes that were held: the medians. */
  readonly held: readonly [number, number];
  /** Megabytes that were resident when it was least: what stays, as a lesson has hundreds more for as long as it runs. */
  readonly resident: readonly [number, number];
  /** Megabytes that were resident, the means, which go up and down with how many lessons came; not judged. */
  readonly average: readonly [number, number];
  /** Files that were open in the last third, less those of the first: the medians, as an engine that starts has fewer for a moment and a picture more. */
  readonly files: number;
}

/** A process may hold, and have resident, so much more at the end. */
const mostGrowth = 1.05;

/** Undefined where there are too few samples to say. */
export function growthOf(samples: readonly Sample[]): Growth | undefined {
  const third = Math.floor(samples.length / 3);
  if (third < 5) return undefined;
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const held = (some: readonly Sample[]) => megabytes(median(some.map((sample) => sample.held)));
  const resident = (some: readonly Sample[]) => some.map((sample) => sample.resident);
  const least = (some: readonly Sample[]) => megabytes(Math.min(...resident(some)));
  const average = (some: readonly Sample[]) => megabytes(mean(resident(some)));
  const files = (some: readonly Sample[]) => median(some.map((sample) => sample.files ?? 0));
  return {
    held: [held(first), held(last)],
    resident: [least(first), least(last)],
    average: [average(first), average(last)],
    files: files(last) - files(first),
  };
}

/** What of a process grew that must not, a sentence each. */
export function grown(name: string, growth: Growth | undefined): readonly string[] {
  if (!growth) return [`Too little was seen of the memory of the ${name} to judge it.`];
  const more = ([first, last]: readonly [number, number], what: string) =>
    last > mostGrowth * first ? [`${what} grew from ${first} to ${last} MiB.`] : [];
  return [
    ...more(growth.held, `The memory that the ${name} holds`),
    ...more(growth.resident, `The memory that the ${name} has resident`),
    ...(growth.files > 0 ? [`The ${name} has ${growth.files} more files open.`] : []),
  ];
}

function megabytes(bytes: number): number {
  return Math.round((bytes / 2 ** 20) * 100) / 100;
}
