import type { JobRecords, Ledger } from '../../model-store/store.ts';
import type { Result } from '../../src/result.ts';
import type { Leases, Studio } from '../../src/studio/studio.ts';
import type { Command, Suggestion } from '../command.ts';
import type { Person } from './asking.ts';
import type { ButtonPress, Conversation, Invocation, Log, Reopen, Typing } from './conversation.ts';

/** The commands at work: what adapters hand everything to. */
export interface Bot {
  readonly commands: readonly Command[];
  readonly studio: Studio;
  /** In bytes. */
  readonly largestPicture: number;
  /** What would refuse the command as it was sent, for platforms where it can be put right before anybody sees it. */
  check(invocation: Invocation): Promise<Result<void>>;
  /** What would refuse somebody the command whatever they say, for platforms that first ask in a form what they have to say. */
  mayAsk(asked: Person & Pick<Invocation, 'command'>): Promise<Result<void>>;
  /** Answers in the conversation, whatever happens. Never rejects: what cannot be answered is logged. */
  run(invocation: Invocation, conversation: Conversation): Promise<void>;
  press(press: ButtonPress, conversation: Conversation): Promise<void>;
  /** All values for an option that is being typed. */
  complete(typing: Typing): Promise<readonly Suggestion[]>;
  /**
   * For adapters that have started: takes up the jobs that were accepted on the platform and not ended when the bot was
   * stopped, however it was. Resolves when all of them are in line again. Never rejects.
   */
  takeUp(platform: string, reopen: Reopen): Promise<void>;
  /** Addresses of the jobs that {@link takeUp} would take up. */
  waiting(platform: string): Promise<readonly unknown[]>;
  /** Takes nothing new, and puts off until the next start what waits for its turn; resolves when what was being done has ended. */
  drain(): Promise<void>;
  /** Ends what is under way. What was accepted goes on after the next start. */
  stop(): void;
}

export interface BotOptions {
  readonly commands: readonly Command[];
  readonly studio: Studio;
  readonly jobs: JobRecords;
  /** Where jobs are kept that a restart takes up again; without one they end with the process. */
  readonly ledger?: Ledger;
  /** Where several bots share the ledger, which of them answers a job. */
  readonly leases?: Leases;
  /** How often such a bot looks for jobs that no other has any more, in milliseconds. Default 15 s. */
  readonly lookMilliseconds?: number;
  /** Whether jobs can be done now: where not, {@link Bot.takeUp} waits for that, ten minutes at most. */
  readonly able?: () => boolean;
  readonly log: Log;
  /** The largest file of a picture that is taken, in bytes. Default 10 MB. */
  readonly largestPicture?: number;
  /** Jobs that one user may have under way on a server. Default 4. */
  readonly mostJobsPerUser?: number;
  /** Memory for pictures drawn not long ago, in bytes. Default 64 MB. */
  readonly mostDrawn?: number;
}
