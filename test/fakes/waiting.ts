/** Lets tests wait for something that a fake has seen. */
export interface Waiting {
  /** Resolves with the first value that `look` finds, which it does now and after each `wake`. */
  until<T>(look: () => T | undefined | false): Promise<T>;
  /** To be called when something changed that `until` may wait for. */
  wake(): void;
}

export function createWaiting(): Waiting {
  const waiting = new Set<() => void>();
  return {
    wake() {
      for (const look of [...waiting]) look();
    },
    until: (look) =>
      new Promise((resolve) => {
        const again = () => {
          const found = look();
          if (!found) return;
          waiting.delete(again);
          resolve(found);
        };
        waiting.add(again);
        again();
      }),
  };
}
