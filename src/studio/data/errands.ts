import type { TaskOptions } from '../../engine/protocol.ts';
import { createLane, type LaneLimits } from '../../jobs/lane.ts';
import { attempt, type Result } from '../../result.ts';
import { errandTookTooLong } from '../rules/sentences.ts';
import { withinTime } from '../rules/time-limit.ts';

/**
 * Imports and exports: work that is neither a lesson nor a drawing, with files that take much memory. A server's are done one after
 * another, and servers take turns.
 */
export interface Errands {
  /**
   * Does `work` when its turn comes, and tells how many are before it until then. 'not-allowed' where its server has too many,
   * 'cancelled' where it was stopped before its turn, 'timed-out' where it was stopped for the time that it took.
   * @param work raises what is wrong, and stops by the signal that it is given
   */
  run<T>(
    server: string,
    options: TaskOptions,
    work: (options: TaskOptions) => Promise<T>,
  ): Promise<Result<T>>;
}

export interface ErrandLimits extends LaneLimits {
  /** That one may take once it has begun. */
  readonly seconds: number;
}

/** An import draws samples, which takes minutes on a CPU; an export has up to 1 GB in memory, its parts and the file made of them. */
const usual: ErrandLimits = { running: 2, perServer: 5, seconds: 3600 };

/** A line in which nothing but errands waits, in this process. */
export function createErrands(limits: Partial<ErrandLimits> = {}): Errands {
  const { seconds, ...given } = { ...usual, ...limits };
  const lane = createLane(given);
  return {
    run(server, options, work) {
      const tellPosition = (ahead: number) => {
        if (ahead > 0) options.onProgress?.({ phase: 'waiting', step: 0, steps: 0, ahead });
      };
      return withinTime(
        options.signal,
        (signal, clock) => {
          const inTurn = () => {
            clock.begin(seconds);
            return attempt(() => work({ ...options, signal }));
          };
          return lane.run(server, inTurn, signal, tellPosition);
        },
        errandTookTooLong,
      );
    },
  };
}
