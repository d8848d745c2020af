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

/** How a process went from the first fifth of a time to its last fifth. */
export interface Growth {
  /** Megabytes that were held in the first fifth and in the last: the medians. */
  readonly held: readonly [number, number];
  /** The same of what was resident. */
  readonly resident: readonly [number, number];
  /** The fewest files that were open in the last fifth, less those of the first. */
  readonly files: number;
}

/** A process may hold so much more at the end. */
const mostGrowth = 1.05;

/** Undefined where there are too few samples to say. */
export function growthOf(samples: readonly Sample[]): Growth | undefined {
  const fifth = Math.floor(samples.length / 5);
  if (fifth < 3) return undefined;
  const [first, last] = [samples.slice(0, fifth), samples.slice(-fifth)];
  const megabytes = (of: 'held' | 'resident') =>
    [first, last].map((some) => round(median(some.map((sample) => sample[of])) / 2 ** 20)) as [
      number,
      number,
    ];
  const files = (some: readonly Sample[]) => Math.min(...some.map((sample) => sample.files ?? 0));
  return { held: megabytes('held'), resident: megabytes('resident'), files: files(last) - files(first) };
}

/** What of a process grew that must not, a sentence each. What is resident is not judged: Node gives little of it back. */
export function grown(name: string, growth: Growth | undefined): readonly string[] {
  if (!growth) return [`Too little was seen of the memory of the ${name} to judge it.`];
  const [first, last] = growth.held;
  return [
    ...(last > mostGrowth * first
      ? [`The memory that the ${name} holds grew from ${first} to ${last} MiB.`]
      : []),
    ...(growth.files > 0 ? [`The ${name} has ${growth.files} more files open.`] : []),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
