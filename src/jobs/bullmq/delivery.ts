import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, type Job, WaitingError } from 'bullmq';
import { failure, type Result, raise } from '../../result.ts';
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

/** What a worker does with a job that BullMQ gives it: does it, or puts it back where its turn has not come. */
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

  return async (delivered, token = '') => {
    const { data } = delivered;
    if (!able()) await pause(rest, undefined, { signal: closing }).catch(() => {});
    const putOff = async (milliseconds: number) => {
      await delivered.moveToDelayed(Date.now() + milliseconds, token);
      throw new DelayedError();
    };
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
      await delivered.moveToWait(token);
      throw new WaitingError();
    }
    const parcel = claim.state === 'begin' ? claim.parcel : undefined;
    const settled = await lines.settle(data, claim.fence, outcome, parcel);
    if (settled !== 'lost' && settled.next !== undefined) await queues.promote(data.kind, settled.next);
  };
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
