import { within } from './within.ts';

/** What has begun and not ended. */
export interface UnderWay {
  add(work: Promise<void>): void;
  /** Resolves when all of it has ended, at most after so many milliseconds. */
  settle(milliseconds: number): Promise<void>;
}

/** `onFailure` hears what work rejects with. */
export function createUnderWay(onFailure: (error: unknown) => void): UnderWay {
  const active = new Set<Promise<void>>();
  return {
    add(work) {
      const ended = work.catch(onFailure).finally(() => active.delete(ended));
      active.add(ended);
    },
    settle: async (milliseconds) => void (await within(milliseconds, Promise.all(active))),
  };
}
