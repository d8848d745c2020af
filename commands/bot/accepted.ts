import type { Problem, ProblemCode } from '../../src/result.ts';
import type { ButtonPress, Invocation, OutgoingReply } from './conversation.ts';
import type { RichText } from './rich-text.ts';

/** A job that was accepted before the bot was started again. */
export interface AcceptedJob {
  readonly id: string;
  readonly asked: Invocation | ButtonPress;
  /** Where it is answered, as the adapter has said. */
  readonly address: unknown;
  /** Its answer, where that was ready. */
  readonly reply?: KeptReply;
}

/** An answer, and what is said instead where its pictures or files cannot be shown. */
export interface KeptReply {
  readonly whole: OutgoingReply;
  readonly otherwise?: RichText;
}

/**
 * What the bot keeps of the jobs that it has accepted, from the moment that they are accepted until they are answered. Of one that another bot has
 * ended meanwhile nothing is kept any more: it is left.
 */
export interface AcceptedJobs {
  has(id: string): boolean;
  /** Keeps it: from now on a restart takes it up. */
  accept(id: string, asked: Invocation | ButtonPress, address: unknown): Promise<void>;
  /** It is answered elsewhere by now. */
  move(id: string, address: unknown): Promise<void>;
  /** Keeps its answer, so that after a restart it is shown and not worked out again. */
  answer(id: string, reply: KeptReply): Promise<void>;
  /** It has been answered, or is not to be. Where that cannot be kept now, it is still known. */
  end(id: string): Promise<void>;
  /**
   * It cannot be done: it stays, for whoever runs the bot to look at, and is not taken up by itself any more. One whose files
   * were not kept has nothing to go on with, and ends. Where that cannot be kept now, it is still known.
   */
  bury(id: string, why: Problem): Promise<void>;
  /** Those of the platform that nobody has begun since the start, oldest first. @param isWanted whether one is to be among them */
  waiting(
    platform: string,
    isWanted?: (server: string, id: string) => Promise<boolean>,
  ): Promise<readonly AcceptedJob[]>;
  /** Those of them that this bot is to take up. */
  toTakeUp(platform: string): Promise<readonly AcceptedJob[]>;
  /** Has it be this process's again. Raises 'engine-down' where it was begun too often and never got on. */
  take(job: AcceptedJob): Promise<void>;
  /** Its turn has come. */
  begin(id: string): Promise<void>;
  /** Keeps that somebody stops it: a restart goes no further with it than to its end. */
  stop(id: string): Promise<void>;
  /** Whether somebody has stopped it, through whichever bot. */
  isCancelled(id: string): Promise<boolean>;
  /** It goes on after the next start, which is nobody's fault. */
  rest(id: string): Promise<void>;
  /** Whether it may be answered here: it is no other bot's by now, and none has ended it. To be asked before its answer is kept. */
  mayAnswer(id: string): Promise<boolean>;
  /** It is another bot's by now, which alone keeps anything of it. */
  leave(id: string): void;
  /** Whether it was left. */
  isElsewhere(id: string): boolean;
}

/** Why a job could not be done although nothing is wrong with it: it is kept, for whoever runs the bot to have it done yet. */
export const canBeTriedAgain: ReadonlySet<ProblemCode> = new Set([
  'engine-down',
  'storage-full',
  'timed-out',
]);
