import { raise } from '../../result.ts';
import { beingTaught } from '../rules/sentences.ts';
import { createTally } from '../tally.ts';

/**
 * Who works on what a server was taught: several lessons at a time, or one thing that must have it for itself. Nothing
 * waits but by `free`.
 */
export interface Occupancy {
  /** Raises 'not-allowed' while something has the server for itself. */
  share<T>(server: string, work: () => Promise<T>): Promise<T>;
  /** Raises 'not-allowed' while anything else works on the server. */
  alone<T>(server: string, work: () => Promise<T>): Promise<T>;
  /** Whether something has the server for itself. */
  isTaken(server: string): boolean;
  /** Resolves when nothing has, and when `signal` is aborted. */
  free(server: string, signal: AbortSignal): Promise<void>;
}

/** Knows of this process alone: several bots on one store do not see each other's. */
export function createOccupancy(): Occupancy {
  const lessons = createTally();
  const taken = new Map<string, PromiseWithResolvers<void>>();

  function requireFree(server: string): void {
    if (taken.has(server))
      raise('not-allowed', 'What is known here is being replaced at the moment. Try again in a minute.');
  }

  return {
    async share(server, work) {
      requireFree(server);
      lessons.add(server, 1);
      try {
        return await work();
      } finally {
        lessons.add(server, -1);
      }
    },

    isTaken: (server) => taken.has(server),

    async free(server, signal) {
      const stopped = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => stopped.resolve(), { once: true });
      for (;;) {
        const one = taken.get(server);
        if (!one || signal.aborted) return;
        await Promise.race([one.promise, stopped.promise]);
      }
    },

    async alone(server, work) {
      requireFree(server);
      if (lessons.of(server) > 0) raise('not-allowed', beingTaught);
      const over = Promise.withResolvers<void>();
      taken.set(server, over);
      try {
        return await work();
      } finally {
        taken.delete(server);
        over.resolve();
      }
    },
  };
}
