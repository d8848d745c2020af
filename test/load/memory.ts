import { residentBytes } from '../../src/monitoring/process.ts';

/** What a process has resident, in bytes, at marked moments. */
export interface MemoryWatch {
  mark(moment: string): void;
  /** The marks, each as the median of what was seen since the one before. */
  stop(): Readonly<Record<string, number | null>>;
}

/** Looks ten times a second; null where the system does not tell. */
export function watchMemory(pid: number | undefined): MemoryWatch {
  const marks: Record<string, number | null> = {};
  let seen: number[] = [];
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes !== undefined) seen.push(bytes);
  }, 100);
  return {
    mark(moment) {
      marks[moment] =
        seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? residentBytes(pid) ?? null;
      seen = [];
    },
    stop() {
      clearInterval(timer);
      return marks;
    },
  };
}
