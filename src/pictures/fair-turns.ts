/** Does one thing at a time, each once its turn has come. */
export type FairTurns = <T>(owner: string, work: () => Promise<T>) => Promise<T>;

/** Owners take turns, and what is one's own is done in the order in which it came: however much somebody asks for, another waits for one of it. */
export function createFairTurns(): FairTurns {
  /** Those that wait, by their owners, who are in the order of their turns. */
  const waiting = new Map<string, (() => void)[]>();
  let busy = false;

  const next = (served: string) => {
    const own = waiting.get(served);
    waiting.delete(served);
    if (own) waiting.set(served, own);
    const [first] = waiting;
    busy = first !== undefined;
    if (!first) return;
    const [owner, [begin, ...rest]] = first;
    if (rest.length > 0) waiting.set(owner, rest);
    else waiting.delete(owner);
    begin?.();
  };

  return async (owner, work) => {
    if (busy)
      await new Promise<void>((begin) => {
        waiting.set(owner, [...(waiting.get(owner) ?? []), begin]);
      });
    busy = true;
    try {
      return await work();
    } finally {
      next(owner);
    }
  };
}
