import { raise } from '../../result.ts';

/** Who works on what a server was taught: several lessons at a time, or one thing that must have it for itself. Nothing waits. */
export interface Occupancy {
  /** Raises 'not-allowed' while something has the server for itself. */
  share<T>(server: string, work: () => Promise<T>): Promise<T>;
  /** Raises 'not-allowed' while anything else works on the server. */
  alone<T>(server: string, work: () => Promise<T>): Promise<T>;
}

export function createOccupancy(): Occupancy {
  const lessons = new Map<string, number>();
  const taken = new Set<string>();

  function requireFree(server: string): void {
    if (taken.has(server))
      raise('not-allowed', 'What is known here is being replaced at the moment. Try again in a minute.');
  }

  return {
    async share(server, work) {
      requireFree(server);
      lessons.set(server, (lessons.get(server) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (lessons.get(server) ?? 1) - 1;
        if (left > 0) lessons.set(server, left);
        else lessons.delete(server);
      }
    },

    async alone(server, work) {
      requireFree(server);
      if (lessons.has(server))
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
