import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { residentBytes } from '../../src/monitoring/process.ts';

/** A process's memory at marked moments, in bytes. */
export interface Memory {
  /** What it had resident, the median of what was seen since the mark before; null where the system does not tell. */
  readonly resident: Readonly<Record<string, number | null>>;
  /** What was still in use once all garbage was collected. */
  readonly held: Readonly<Record<string, number>>;
}

export interface MemoryWatch {
  mark(moment: string): Promise<void>;
  stop(): Memory;
}

/** What Node is started with to be watched. */
export const watched: readonly string[] = [
  '--expose-gc',
  '--import',
  new URL('./collecting.ts', import.meta.url).href,
];

/** Looks ten times a second. @param child started with what is {@link watched}, and a channel for messages */
export function watchMemory(child: ChildProcess): MemoryWatch {
  const resident: Record<string, number | null> = {};
  const held: Record<string, number> = {};
  let seen: number[] = [];
  const timer = setInterval(() => {
    const bytes = residentBytes(child.pid);
    if (bytes !== undefined) seen.push(bytes);
  }, 100);

  async function left(): Promise<number> {
    const answer = once(child, 'message', { signal: AbortSignal.timeout(60_000) });
    child.send('collect');
    return Number((await answer)[0]);
  }

  return {
    async mark(moment) {
      resident[moment] = seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? null;
      seen = [];
      held[moment] = await left();
    },
    stop() {
      clearInterval(timer);
      return { resident, held };
    },
  };
}
