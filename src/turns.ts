/** Does what was asked for under a name once what was asked for under it before has ended, however that did. */
export type Turns = <T>(name: string, act: () => Promise<T>) => Promise<T>;

/** Names do not wait for one another, and one under which nothing is to be done takes no room. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async (name, act) => {
    const done = (last.get(name) ?? Promise.resolve()).then(() => act());
    const over = done.catch(() => {});
    last.set(name, over);
    try {
      return await done;
    } finally {
      if (last.get(name) === over) last.delete(name);
    }
  };
}
