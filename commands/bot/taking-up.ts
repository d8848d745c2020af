import { attempt, raise } from '../../src/result.ts';
import { whenAble } from '../../src/studio/studio.ts';
import type { AcceptedJob, AcceptedJobs } from './accepted.ts';
import { deliver } from './answering.ts';
import { readButton } from './buttons.ts';
import type { Conversation, Log, Reopen } from './conversation.ts';
import type { JobLife } from './job-life.ts';
import type { LiveJob, RunningJobs } from './running.ts';

export interface TakingUpParts {
  readonly accepted: AcceptedJobs;
  readonly running: Pick<RunningJobs, 'waits' | 'stop'>;
  readonly log: Log;
  /** Whether jobs can be done now. */
  readonly able: () => boolean;
  readonly isStopping: () => boolean;
  readonly life: Pick<JobLife, 'run' | 'hooksOf'>;
  /** Does it again: what it had decided and worked out is found as it was. */
  goOn(asked: AcceptedJob['asked'], to: Conversation, job: LiveJob, again: true): Promise<void>;
}

const stopped = 'Stopped; nothing was changed.';

/** Takes up what was accepted on a platform. Resolves when all of it is in line again, and never rejects. */
export function takerUp(parts: TakingUpParts): (platform: string, reopen: Reopen) => Promise<void> {
  const { accepted, running, log, able, isStopping, life, goOn } = parts;
  const onNotTaken = (error: unknown) => log.error({ error }, 'a job could not be taken up');

  /** A job that is stopped while it waits for that goes no further. */
  async function untilAble({ id, signal }: LiveJob): Promise<void> {
    running.waits(id, true);
    await whenAble(able, signal);
    running.waits(id, false);
    if (signal.aborted) raise('cancelled', stopped);
  }

  /** Has whatever other machine does it stop; what had come of it by then is shown. */
  async function conclude({ asked, id }: AcceptedJob, conversation: Conversation, job: LiveJob) {
    running.stop(id);
    const ended = await attempt(() => goOn(asked, conversation, job, true));
    if (!ended.ok) raise('cancelled', stopped);
  }

  /** Shows the answer that was ready, or goes on. */
  async function resume(again: AcceptedJob, conversation: Conversation, job: LiveJob): Promise<void> {
    const { asked, reply } = again;
    await accepted.take(again);
    if (reply) return deliver(conversation, asked.user, reply, life.hooksOf(job, conversation));
    if (await accepted.isCancelled(again.id)) return conclude(again, conversation, job);
    await untilAble(job);
    await goOn(asked, conversation, job, true);
  }

  /** @param onUnderWay hears that it is in line */
  async function takeUpOne(again: AcceptedJob, reopen: Reopen, onUnderWay: () => void): Promise<void> {
    const { asked, id } = again;
    if (isStopping()) return;
    const conversation = await reopen(again.address, asked);
    if (!conversation) {
      await accepted.take(again);
      const message = 'The place where it was asked for is no more.';
      return accepted.bury(id, { code: 'not-found', message });
    }
    const name = 'command' in asked ? asked.command : (readButton(asked.id)?.command ?? '');
    const act = (job: LiveJob) => resume(again, conversation, { ...job, onUnderWay });
    await life.run(asked, name, conversation, act, again);
  }

  return (platform, reopen) =>
    accepted
      .toTakeUp(platform)
      .then((jobs) => inTheirOrder(jobs, (job, inLine) => takeUpOne(job, reopen, inLine).catch(onNotTaken)))
      .catch(onNotTaken);
}

/**
 * Takes up jobs, those of a server in the order in which they were accepted: each once the one before is in line or has ended.
 * Servers do not wait for one another. Resolves when all are in line.
 */
async function inTheirOrder(
  jobs: readonly AcceptedJob[],
  takeUp: (job: AcceptedJob, onUnderWay: () => void) => Promise<void>,
): Promise<void> {
  const byServer = Map.groupBy(jobs, ({ asked }) => asked.server.id);
  await Promise.all([...byServer.values()].map((some) => oneAfterAnother(some, takeUp)));
}

async function oneAfterAnother(
  jobs: readonly AcceptedJob[],
  takeUp: (job: AcceptedJob, onUnderWay: () => void) => Promise<void>,
): Promise<void> {
  for (const job of jobs) {
    const inLine = Promise.withResolvers<void>();
    void takeUp(job, inLine.resolve).finally(inLine.resolve);
    await inLine.promise;
  }
}

/** Does nothing while it is still at it. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let under: Promise<void> | undefined;
  return () => {
    under ??= work().finally(() => {
      under = undefined;
    });
    return under;
  };
}
