import { setImmediate } from 'node:timers/promises';
import type { Turns } from '../../../src/personalize/method.ts';
import { raise } from '../../../src/result.ts';
import { duration, progressLine } from '../progress-line.ts';

/** Shows how far the measurement is, and ends it where it is to stop. */
export interface Watch {
  /** Between two steps the process hears of a stop: then 'cancelled' is raised. */
  readonly turns: Turns;
  /** Begins a part of the work; what it returns hears how much of it was done just now. */
  part(doing: string, of: number): (count: number) => void;
  /** Takes the line off the terminal. */
  clear(): void;
}

/** Raises 'cancelled' in the first turn after `signal` was aborted. */
export function watchOver(signal: AbortSignal): Watch {
  const line = progressLine('eval:model');
  return {
    turns: {
      async turn(action) {
        await setImmediate();
        if (signal.aborted)
          raise('cancelled', 'Stopped. The pictures drawn are kept: run the same command again to go on.');
        return action();
      },
    },
    part(doing, of) {
      const since = performance.now();
      let done = 0;
      return (count) => {
        done += count;
        const left = ((of - done) * (performance.now() - since)) / 1000 / done;
        line.update(done / of, `${doing}: ${done} of ${of}; ${duration(left)} left`);
      };
    },
    clear: () => line.clear(),
  };
}

const together = 16;

/** Does something with all of a list, a few at a time and in order. */
export async function fewAtATime<T, R>(
  { turns, part }: Watch,
  doing: string,
  all: readonly T[],
  work: (some: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const onDone = part(doing, all.length);
  const results: R[] = [];
  for (let first = 0; first < all.length; first += together) {
    const some = all.slice(first, first + together);
    results.push(...(await turns.turn(() => work(some))));
    onDone(some.length);
  }
  return results;
}
