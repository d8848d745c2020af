/** Sends the newest of many values, never two at a time and never more often than the pace allows. */
export interface Pace<T> {
  offer(value: T): void;
  /** Drops what waits and resolves when nothing is being sent any more; nothing is sent afterwards. */
  finish(): Promise<void>;
}

/**
 * What `send` rejects with is left out: the next value says more. `milliseconds` lie at least between two sends, or what it
 * says after each of them. What the newest value is to have of one that it takes the place of unsent, `carry` gives it.
 */
export function createPace<T>(
  milliseconds: number | (() => number),
  send: (value: T) => Promise<void>,
  carry: (unsent: T, newest: T) => T = (_, newest) => newest,
): Pace<T> {
  let waiting: { readonly value: T } | undefined;
  let sending: Promise<void> | undefined;
  let finished = false;
  let wake = () => {};

  async function drain(): Promise<void> {
    while (waiting && !finished) {
      const { value } = waiting;
      waiting = undefined;
      await send(value).catch(() => {});
      if (!finished) await pause();
    }
    sending = undefined;
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, typeof milliseconds === 'number' ? milliseconds : milliseconds());
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    offer(value) {
      if (finished) return;
      waiting = { value: waiting ? carry(waiting.value, value) : value };
      sending ??= drain();
    },
    async finish() {
      finished = true;
      waiting = undefined;
      wake();
      await sending;
    },
  };
}
