import { failure, type Result } from '../../result.ts';
import type { Activity } from '../activity.ts';
import { tookTooLong } from './sentences.ts';

/** The longest that a job of a kind may take once it has begun, in seconds; by what others took where absent. */
export type TimeLimits = Readonly<Partial<Record<Activity['kind'], number>>>;

/** How many times as long as others like it a job may take. */
const patience = 10;
/** In seconds. The most also holds as long as nothing has been measured. */
const bounds: Readonly<Record<Activity['kind'], { readonly least: number; readonly most: number }>> = {
  teach: { least: 3600, most: 24 * 3600 },
  imagine: { least: 600, most: 2 * 3600 },
};

/** Seconds that a job may take. @param foretold how long others like it took, in seconds */
export function timeLimit(kind: Activity['kind'], foretold: number | undefined, chosen: TimeLimits): number {
  const { least, most } = bounds[kind];
  const usual = foretold === undefined ? most : Math.min(most, Math.max(least, patience * foretold));
  return chosen[kind] ?? usual;
}

/** What a job does to the time that it has. */
export interface Clock {
  /** It is worked on from now on. The first call says for how many seconds it may be, whatever later ones say. */
  begin(seconds: number): void;
  /** It waits again, as where the worker that had it is gone: that does not count. */
  pause(): void;
}

/**
 * What `act` gives, told to stop by its signal when the time that it was given at its beginning is over: 'timed-out' then.
 * @param signal stops it earlier
 * @param say what is said of one that had so many seconds
 */
export async function withinTime<T>(
  signal: AbortSignal | undefined,
  act: (signal: AbortSignal, clock: Clock) => Promise<Result<T>>,
  say: (seconds: number) => string = tookTooLong,
): Promise<Result<T>> {
  const late = new AbortController();
  const clock = createClock(() => late.abort());
  try {
    const result = await act(AbortSignal.any([late.signal, ...(signal ? [signal] : [])]), clock);
    const stopped = !result.ok && result.problem.code === 'cancelled';
    if (!stopped || !late.signal.aborted || signal?.aborted) return result;
    return failure('timed-out', say(clock.seconds()));
  } finally {
    clock.pause();
  }
}

/** @param onOver hears that all of the time is used up */
function createClock(onOver: () => void): Clock & { /** Those that were given. */ seconds(): number } {
  let given: number | undefined;
  let millisecondsLeft = 0;
  let running: { readonly since: number; readonly timer: NodeJS.Timeout } | undefined;
  return {
    begin(seconds) {
      if (running) return;
      if (given === undefined) {
        given = seconds;
        millisecondsLeft = seconds * 1000;
      }
      running = { since: performance.now(), timer: setTimeout(onOver, millisecondsLeft) };
    },
    pause() {
      if (!running) return;
      clearTimeout(running.timer);
      millisecondsLeft -= performance.now() - running.since;
      running = undefined;
    },
    seconds: () => given ?? 0,
  };
}
