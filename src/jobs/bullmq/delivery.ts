import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, type Job, WaitingError } from 'bullmq';
import { failure, type Result, raise } from '../../result.ts';
import { createTurns } from '../../turns.ts';
import type { JobHandlers, JobTypes } from '../queue.ts';
import { latest } from './latest.ts';
import type { Claimed, JobName, Lines } from './lines.ts';
import { type Queues, recheckMilliseconds } from './queues.ts';
import type { Listener } from './redis.ts';

export interface DeliveryParts<Types extends JobTypes> {
  readonly handlers: JobHandlers<Types>;
  /** Id of the base model here. */
  readonly model: string;
  readonly lines: Lines;
  readonly queues: Queues;
  readonly listener: Listener;
  /** Aborted when the worker ends. */
  readonly closing: AbortSignal;
  /** Milliseconds between two looks whether a job is still the worker's. */
  readonly beat: number;
  /** Milliseconds for which a job is kept from other workers after something was heard of its delivery. */
  readonly lock: number;
  /** Whether jobs can be done here now. */
  readonly able: () => boolean;
  /** Milliseconds for which a worker that is not able to do one keeps a job that it was given: it is to take few of them from the others. */
  readonly rest: number;
  readonly onError: (error: unknown) => void;
}

/** How often a job is begun that never gets on: then it is taken to be what stops the workers. */
const mostStarts = 3;
const progressMilliseconds = 200;

const sentences = {
  lost: 'Another worker goes on with this job; nothing was changed here.',
  spent: `The drawing engine stopped ${mostStarts} times in the middle of this job, and was not asked again. Nothing taught was lost; the reason is in the log of whoever runs the bot.`,
  cancelled: 'Stopped; nothing was changed.',
  bare: 'What was sent along with this did not reach the machine that was to read it; nothing was changed. Send it again in a few minutes.',
  mistake: 'The drawing engine made a mistake in this job: try it again, or differently.',
} as const;

/**
 * What a worker does with a job that BullMQ gives it: does it, or puts it back where its turn has not come. One that was cut off until its lock
 * on a job ran out may be given that job again while it is at it. What it is at goes on, as long as no other has begun the job since; the new
 * delivery keeps the job from the others meanwhile, and then finds it ended, or begins it.
 */
export function deliveries<Types extends JobTypes>(
  parts: DeliveryParts<Types>,
): (delivered: Job<JobName>, token?: string) => Promise<void> {
  const { handlers, model, lines, queues, closing, able, rest, onError } = parts;

  async function outcomeOf(name: JobName, claim: Claimed) {
    if (claim.state === 'cancel') return failure('cancelled', sentences.cancelled);
    if (claim.state === 'give up') return failure('engine-down', sentences.spent);
    if (claim.state === 'bare') return failure('engine-down', sentences.bare);
    const { data, fence } = claim;
    const held = await holdOn(parts, name.id, fence);
    const progress = latest((value) => lines.tell(name.id, value).catch(onError), progressMilliseconds);
    try {
      return await handlers[name.kind as keyof Types](name.server, data, {
        job: name.id,
        signal: held.signal,
        onProgress: progress.tell,
        async confirm() {
          if ((await lines.hold(name.id, fence)) === 'lost') raise('cancelled', sentences.lost);
          return fence;
        },
        gotOn: async () => void (await lines.hold(name.id, fence, true)),
      });
    } catch (error) {
      onError(error);
      return failure('engine-down', sentences.mistake);
    } finally {
      progress.end();
      held.end();
    }
  }

  async function work(delivered: Job<JobName>, token: string): Promise<void> {
    const { data } = delivered;
    if (!able()) await pause(rest, undefined, { signal: closing }).catch(() => {});
    const putOff = async (milliseconds: number) => {
      await delivered.moveToDelayed(Date.now() + milliseconds, token);
      throw new DelayedError();
    };
    const giveBack = async () => {
      await delivered.moveToWait(token);
      throw new WaitingError();
    };
    if (closing.aborted) return giveBack();
    if (!able()) return putOff(rest);
    const claim = await lines.claim(data, token, model, mostStarts);
    if (claim.state === 'nothing') return;
    if (claim.state === 'leave') return putOff(rest);
    if (claim.state === 'wait') return putOff(recheckMilliseconds);
    const outcome: Result<unknown> = await outcomeOf(data, claim);
    const cut = closing.aborted && !outcome.ok;
    const failed = !outcome.ok && outcome.problem.code === 'engine-down' && !able();
    if ((cut || failed) && (await lines.hold(data.id, claim.fence)) === 'held') {
      await lines.release(data.id, claim.fence, failed && !cut);
      return giveBack();
    }
    const parcel = claim.state === 'begin' ? claim.parcel : undefined;
    const settled = await lines.settle(data, claim.fence, outcome, parcel);
    if (settled !== 'lost' && settled.next !== undefined) await queues.promote(data.kind, settled.next);
  }

  const turns = createTurns();
  return async (delivered, token = '') => {
    const letGo = holdLock(delivered, token, parts);
    try {
      await turns(delivered.data.id, () => work(delivered, token));
    } finally {
      letGo();
    }
  };
}

/** Keeps a job from the others for as long as a delivery is worked at. BullMQ itself renews one lock a job, and stops where any of its deliveries ends. */
function holdLock(
  delivered: Job<JobName>,
  token: string,
  { lock, onError }: Pick<DeliveryParts<JobTypes>, 'lock' | 'onError'>,
): () => void {
  const timer = setInterval(() => void delivered.extendLock(token, lock).catch(onError), lock / 3);
  return () => clearInterval(timer);
}

/** A signal that is aborted when the job is cancelled, when it has been given to another worker, and when this one is closing. */
async function holdOn(
  { lines, listener, onError, beat, closing }: DeliveryParts<JobTypes>,
  id: string,
  fence: number,
) {
  const controller = new AbortController();
  const cancel = () => controller.abort();
  const look = () =>
    lines.hold(id, fence).then((state) => {
      if (state !== 'held') cancel();
    }, onError);
  const stopListening = await listener.listen(lines.stop(id), cancel);
  const timer = setInterval(look, beat);
  await look();
  return {
    signal: AbortSignal.any([controller.signal, closing]),
    end() {
      clearInterval(timer);
      stopListening();
    },
  };
}
