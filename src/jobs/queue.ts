import type { Progress } from '../engine/protocol.ts';
import type { Result } from '../result.ts';

/**
 * For each kind of job, what it takes and what it gives. Both are plain data (JSON and byte arrays), so that a driver
 * may keep them through a restart or send them to another machine.
 */
export type JobTypes<Kinds extends string = string> = Record<Kinds, { data: unknown; outcome: unknown }>;

export interface JobContext {
  /** What the job is called, in the log of every process that it comes through. */
  readonly job?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /**
   * To be awaited at the beginning, and right before anything is stored. Raises 'cancelled' where the job has been given to another
   * worker, because this one was silent for too long. Returns a number that is higher than those of all jobs that were begun before.
   */
  readonly confirm: () => Promise<number>;
  /** To be called where the job would go on from further on after a crash: then that does not count as its failure. */
  readonly gotOn: () => Promise<void>;
}

/** What does the work, by kind. A handler that is told to stop by its signal answers 'cancelled' and changes nothing. */
export type JobHandlers<Types extends JobTypes> = {
  readonly [Kind in keyof Types]: (
    server: string,
    data: Types[Kind]['data'],
    context: JobContext,
  ) => Promise<Result<Types[Kind]['outcome']>>;
};

export interface JobOptions {
  /** The job's id. One that is under way, or has ended and not been answered, is not begun anew. */
  readonly job?: string;
  /** Whether its caller asks for it again after a restart: then it outlives its caller where it is done elsewhere. */
  readonly kept?: boolean;
  /** Whether it was accepted before a restart: then it is not refused for how many its server has. */
  readonly admitted?: boolean;
  /** When it was accepted, in milliseconds since the epoch, where that was kept. */
  readonly acceptedAt?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Hears how many jobs of its kind run or wait before it, at first and whenever that changes; 0 when it starts, and at least 1 before, even where
   * no worker is there.
   */
  readonly onPosition?: (ahead: number) => void;
}

/**
 * Runs jobs in their order. Jobs of one kind of one server run one after another, as they came; the servers take turns;
 * kinds do not wait for each other, so a picture overtakes the teaches.
 */
export interface JobQueue<Types extends JobTypes> {
  /** The job's outcome; 'cancelled' where its signal said so in time, 'not-allowed' where too many are waiting. */
  run<Kind extends keyof Types>(
    kind: Kind,
    server: string,
    data: Types[Kind]['data'],
    options?: JobOptions,
  ): Promise<Result<Types[Kind]['outcome']>>;

  /**
   * How many jobs of its kind run or wait before one that any process has asked for, 0 where it runs; undefined where it is not under way, as far as
   * can be told now. Absent where no other process asks.
   */
  readonly ahead?: (kind: keyof Types, server: string, job: string) => Promise<number | undefined>;

  /** Takes no more jobs, cancels those that wait and run and do not outlive it, and resolves when the last has ended. */
  close(): Promise<void>;
}

/** Why a signal is aborted where nobody cancels the job, but its caller ends. */
export const stopping = new Error('the program that asked is stopping');

/** A way to run jobs: in this process, or over a broker that other machines work for. */
export type JobDriver = <Types extends JobTypes>(handlers: JobHandlers<Types>) => JobQueue<Types>;
