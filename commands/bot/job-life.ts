import { attempt, type Result, raise } from '../../src/result.ts';
import { type Progress, stopping } from '../../src/studio/studio.ts';
import type { RunningJob } from '../command.ts';
import { type Messages, messagesIn } from '../locales/index.ts';
import { type AcceptedJob, type AcceptedJobs, canBeTriedAgain } from './accepted.ts';
import { type DeliveryHooks, tell } from './answering.ts';
import type { Person } from './asking.ts';
import type { Conversation, Log } from './conversation.ts';
import type { LeasedJobs } from './leased-jobs.ts';
import { type LiveJob, type RunningJobs, uncounted } from './running.ts';

export interface JobLifeParts {
  readonly running: RunningJobs;
  readonly accepted: AcceptedJobs;
  /** The same where several bots share them. */
  readonly shared: LeasedJobs | undefined;
  readonly log: Log;
  /** Jobs that one user may have under way on a server. */
  readonly mostJobsPerUser: number;
  readonly isStopping: () => boolean;
}

/** What becomes of a job from the moment that it is asked for until it has ended. */
export interface JobLife {
  /**
   * Runs `act` as a job of the person, tells in the conversation what stopped it, and keeps how it ended. Never rejects.
   * @param again the job as it was kept, where a restart takes it up
   */
  run(
    person: Person,
    command: string,
    to: Conversation,
    act: (job: LiveJob) => Promise<void>,
    again?: AcceptedJob,
  ): Promise<void>;
  /** Stops a job of the person, or anyone's for an administrator; false where there is none. */
  cancel(person: Person, id: string): Promise<boolean>;
  /** Hears how far a job is. */
  onProgress(job: LiveJob, progress: Progress): void;
  /** What the person has under way beside this job, through whichever bot. */
  others(person: Person, job: LiveJob): Promise<readonly RunningJob[]>;
  hooksOf(job: LiveJob, to: Conversation): DeliveryHooks;
  onUnkept(error: unknown): void;
}

export function jobLife(parts: JobLifeParts): JobLife {
  const { running, accepted, shared, log, mostJobsPerUser, isStopping } = parts;
  const onUnkept = (error: unknown) => log.error({ error }, 'how far a job is could not be kept');
  /** Where that cannot be told now there are none: whoever asks for something is told then. */
  const elsewhere = async (person: Person) =>
    (await shared?.others(person).catch((error: unknown) => onUnkept(error))) ?? [];

  /** Why somebody may not have one more job now, beside so many that other bots have. */
  function refusal({ server, user }: Person, others: number, words: Messages): string | undefined {
    if (isStopping()) return words.bot.stopping;
    const busy = running.of(server.id, user.id).length + others >= mostJobsPerUser;
    return busy ? words.bot.tooMany(mostJobsPerUser) : undefined;
  }

  /** Where that cannot be known now it is told: nobody else may. */
  const mayTell = (id: string) =>
    accepted.mayAnswer(id).catch((error: unknown) => {
      onUnkept(error);
      return true;
    });

  async function conclude(
    job: LiveJob,
    result: Result<void>,
    to: Conversation,
    words: Messages,
    again: AcceptedJob | undefined,
  ): Promise<void> {
    const { id, command } = job;
    if (result.ok || !wasStopped(job)) {
      if (accepted.isElsewhere(id)) return;
      if (result.ok) return accepted.end(id);
      if (running.isPutOff(id) && accepted.has(id)) return accepted.rest(id);
      if (!(await mayTell(id))) return accepted.leave(id);
    }
    const { problem } = result;
    await tell(to, words.problem(problem)).catch((error: unknown) =>
      log.error({ error, command, job: id }, 'its failure could not be told'),
    );
    // What was accepted is not to be refused.
    const refused = again && problem.code === 'not-allowed';
    return refused || canBeTriedAgain.has(problem.code) ? accepted.bury(id, problem) : accepted.end(id);
  }

  return {
    async run(person, command, to, act, again) {
      const { server, user } = person;
      const words = messagesIn(user.locale);
      const free = again !== undefined || uncounted.has(command);
      const others = free ? [] : await elsewhere(person);
      // Nothing may come between counting and starting, or more than may be would start at once.
      const refused = free ? undefined : refusal(person, others.length, words);
      const job = running.start(server.id, user.id, command, again?.id);
      const work = () => (refused ? raise('not-allowed', refused) : act(job));
      const result = await attempt(work).catch((error: unknown): Result<void> => {
        log.error({ error, command, job: job.id }, 'a command failed');
        return { ok: false, problem: { code: 'engine-down', message: words.bot.wrongTryAgain } };
      });
      await conclude(job, result, to, words, again).catch(onUnkept);
      running.end(job);
    },

    /** What is stopped here is kept before that is answered, so that no restart goes on with it. */
    async cancel(person, id) {
      if (!running.cancel(person.server.id, person.user, id))
        return (await shared?.cancel(person, id)) ?? false;
      await accepted.stop(id).catch(onUnkept);
      return true;
    },

    onProgress(job, { phase }) {
      if (phase === 'fetching') return;
      job.onUnderWay();
      running.waits(job.id, phase === 'waiting');
      if (phase !== 'waiting') accepted.begin(job.id).catch(onUnkept);
    },

    others: async (person, { id }) => [
      ...running.of(person.server.id, person.user.id).filter((other) => other.id !== id),
      ...(await elsewhere(person)),
    ],

    hooksOf: ({ id, command }, to) => ({
      onWordsAlone: (error) => log.error({ error, command, job: id }, 'answered in words alone'),
      onMoved: () => accepted.move(id, to.address?.()),
    }),

    onUnkept,
  };
}

/** Whether a person stopped it here: that is told to them, though they may have had it deleted since. */
function wasStopped({ signal }: LiveJob): boolean {
  return signal.aborted && signal.reason !== stopping;
}
