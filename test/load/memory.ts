import { readFileSync } from 'node:fs';

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
    if (bytes !== null) seen.push(bytes);
  }, 100);
  return {
    mark(moment) {
      marks[moment] = seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? residentBytes(pid);
      seen = [];
    },
    stop() {
      clearInterval(timer);
      return marks;
    },
  };
}

function residentBytes(pid: number | undefined): number | null {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
