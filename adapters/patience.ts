import { setTimeout as pause } from 'node:timers/promises';

/** Tries again, after so many milliseconds each time, as long as what it fails with is `passing`. Rejects with the last failure. */
export async function persistently<T>(
  patience: readonly number[],
  passing: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (const milliseconds of patience) {
    try {
      return await attempt();
    } catch (error) {
      if (!passing(error)) throw error;
      await pause(milliseconds);
    }
  }
  return attempt();
}
