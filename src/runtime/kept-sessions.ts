import type { Session } from './runtime.ts';

/** Sessions that are open at once, each with a copy of the weights on a GPU: batches of 1, 2, 4, 8 and one that is full. */
const mostSessions = 5;

/** Sessions of one graph by a key, in the order in which they were last used. No two calls may be under way at once. */
export interface KeptSessions {
  /** The session of a key, which counts as used now; opened where there is none. */
  get(key: string, open: () => Promise<Session>): Promise<Session>;
  /** Closes what was used longest ago until one more may be open and so many bytes are free, or none is open. */
  makeRoom(bytes: number): Promise<void>;
  /** Closes what was used longest ago until so many are open. */
  leave(count: number): Promise<void>;
}

/** @param freeBytes memory that is free where they are; undefined where nothing tells */
export function keptSessions(freeBytes: () => Promise<number | undefined>): KeptSessions {
  const sessions = new Map<string, Session>();

  async function closeOldest(): Promise<void> {
    const [[key, session]] = sessions as unknown as [[string, Session]];
    sessions.delete(key);
    await session.release();
  }

  return {
    async get(key, open) {
      const known = sessions.get(key);
      sessions.delete(key);
      const session = known ?? (await open());
      sessions.set(key, session);
      return session;
    },
    async makeRoom(bytes) {
      const isTight = async () => ((await freeBytes()) ?? Number.POSITIVE_INFINITY) < bytes;
      while (sessions.size === mostSessions || (sessions.size > 0 && (await isTight()))) await closeOldest();
    },
    async leave(count) {
      while (sessions.size > count) await closeOldest();
    },
  };
}
