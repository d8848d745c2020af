import { setTimeout as pause } from 'node:timers/promises';

/** How long a server is waited for that cannot be reached or says nothing. */
export interface Patience {
  /** For a connection. */
  readonly connectSeconds: number;
  /** For an answer. */
  readonly answerSeconds: number;
  /** After so many it is not asked again. */
  readonly seconds: number;
}

/** Whichever of connecting and answering fails, and however often, it takes 16 s. */
export const usualPatience: Patience = { connectSeconds: 4, answerSeconds: 8, seconds: 15 };

/** Asks again while the server is out of reach, by what it fails with. Rejects with the last failure. */
export async function persistently<T>(
  { seconds }: Patience,
  isOutOfReach: (error: unknown) => boolean,
  ask: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!isOutOfReach(error) || Date.now() > until) throw error;
      await pause(Math.min(1000, 50 * 2 ** tries));
    }
  }
}

/** Whether Node could not open a connection or lost one, by its codes of sockets. */
export function isOfSocket(error: unknown): boolean {
  return /^E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_AGAIN)/.test(codeOf(error));
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
