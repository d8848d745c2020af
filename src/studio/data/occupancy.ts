import { raise } from '../../result.ts';
import { createTally } from '../tally.ts';

/** Who works on what a server was taught: several lessons at a time, or one thing that must have it for itself. Nothing waits. */
export interface Occupancy {
  /** Raises 'not-allowed' while something has the server for itself. */
  share<T>(server: string, work: () => Promise<T>): Promise<T>;
  /** Raises 'not-allowed' while anything else works on the server. */
  alone<T>(server: string, work: () => Promise<T>): Promise<T>;
}

export function createOccupancy(): Occupancy {
  const lessons = createTally();
  const taken = new Set<string>();

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

    async alone(server, work) {
      requireFree(server);
      if (lessons.of(server) > 0)
        raise('not-allowed', 'Something is being taught here. Wait until it has ended, or /cancel it.');
      taken.add(server);
      try {
        return await work();
      } finally {
        taken.delete(server);
      }
    },
  };
}
