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

/**
 * What `act` gives, told to stop by its signal when the time that it was given at its beginning is over: 'timed-out' then.
 * @param signal stops it earlier
 * @param say what is said of one that had so many seconds
 */
export async function withinTime<T>(
  signal: AbortSignal | undefined,
  act: (signal: AbortSignal, begin: (seconds: number) => void) => Promise<Result<T>>,
  say: (seconds: number) => string = tookTooLong,
): Promise<Result<T>> {
  const late = new AbortController();
  let limit: { readonly seconds: number; readonly timer: NodeJS.Timeout } | undefined;
  const begin = (seconds: number) => {
    limit ??= { seconds, timer: setTimeout(() => late.abort(), seconds * 1000) };
  };
  try {
    const result = await act(AbortSignal.any([late.signal, ...(signal ? [signal] : [])]), begin);
    const stopped = !result.ok && result.problem.code === 'cancelled';
    if (!stopped || !limit || !late.signal.aborted || signal?.aborted) return result;
    return failure('timed-out', say(limit.seconds));
  } finally {
    clearTimeout(limit?.timer);
  }
}
