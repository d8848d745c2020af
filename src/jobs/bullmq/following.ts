import { setTimeout as delay } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import type { Progress } from '../../engine/protocol.ts';
import type { Result } from '../../result.ts';
import { type JobOptions, stopping } from '../queue.ts';
import { notBegun, tooMany } from '../refusals.ts';
import { whenChanged } from '../when-changed.ts';
import type { JobName, Lines, Sight } from './lines.ts';
import type { Queues } from './queues.ts';
import type { Listener } from './redis.ts';

export interface FollowingParts {
  readonly lines: Lines;
  readonly queues: Queues;
  readonly listener: Listener;
  /** Time between two looks where nothing is heard. */
  readonly pollMilliseconds: number;
}

export interface AskedJob extends JobName {
  readonly data: unknown;
  /** Jobs that its server may have of its kind. */
  readonly most: number;
}

/** How long an outcome stays once its bot has it, in seconds: long enough for another bot to take the job over where this one ends before it has answered. */
const takenSeconds = 60;

/**
 * Puts a job into the queue and stays with it until it has ended. What is heard of it only hastens the next look, so nothing depends on
 * a message; and whatever a look finds missing, because a process or Redis itself has ended in between, is put right.
 */
export async function follow(
  { lines, queues, listener, pollMilliseconds }: FollowingParts,
  asked: AskedJob,
  { kept = false, admitted = false, signal, onProgress, onPosition }: JobOptions,
  closing: AbortSignal,
): Promise<Result<unknown>> {
  const bell = createBell();
  const tellPosition = whenChanged(onPosition);
  const hear = (message: Buffer) => {
    if (message.length === 0) return bell.ring();
    tellPosition(0);
    onProgress?.(deserialize(message) as Progress);
  };
  const stopListening = await listener.listen(lines.told(asked.id), hear);
  const ends = [...(signal ? [signal] : []), closing];
  for (const one of ends) one.addEventListener('abort', bell.ring, { once: true });

  // It may be put in again, and is not refused once it was in line.
  let mostIn = admitted ? Number.MAX_SAFE_INTEGER : asked.most;
  try {
    for (;;) {
      const seen = await lines.look(asked);
      if (seen.state === 'ended') return await taken(lines, asked.id, seen, kept);
      const reason = ends.find(({ aborted }) => aborted)?.reason as unknown;
      if (seen.state === 'unread') {
        if (reason !== undefined) return notBegun;
      } else if (reason !== undefined) {
        if (seen.state === 'missing' || (kept && reason === stopping)) return notBegun;
        const done = await cancelled(lines, queues, asked);
        if (done === 'left') return notBegun;
        if (done === 'gone') continue;
      } else if (!(await inLine(lines, queues, { ...asked, most: mostIn }, seen))) return tooMany(asked.most);
      else mostIn = Number.MAX_SAFE_INTEGER;
      if (seen.state === 'waits' || seen.state === 'begun')
        tellPosition(seen.state === 'begun' ? 0 : Math.max(1, seen.ahead));
      await bell.within(pollMilliseconds);
    }
  } finally {
    stopListening();
    for (const one of ends) one.removeEventListener('abort', bell.ring);
  }
}

type Unended = Exclude<Sight, { readonly state: 'ended' | 'unread' }>;

/** False where the line is full. */
async function inLine(lines: Lines, queues: Queues, asked: AskedJob, seen: Unended): Promise<boolean> {
  if (seen.state === 'waits' && seen.queued && seen.first) await queues.promote(asked.kind, asked.id);
  if (seen.state !== 'missing' && seen.queued) return true;
  const place = await lines.enter(asked, asked.most, asked.data);
  if (place !== 'full') await queues.add(asked, place);
  return place !== 'full';
}

/** 'left' where nobody does it, and it is out of the line now; 'told' where its worker was; 'gone' where it has ended since it was seen. */
async function cancelled(lines: Lines, queues: Queues, asked: AskedJob): Promise<'left' | 'told' | 'gone'> {
  const done = await lines.cancel(asked);
  if (typeof done === 'string') return done;
  await queues.remove(asked);
  if (done.next !== undefined) await queues.promote(asked.kind, done.next);
  return 'left';
}

/** A job that failed may be asked for again, and is done anew then. */
async function taken(
  lines: Lines,
  id: string,
  { outcome, parcel }: Extract<Sight, { readonly state: 'ended' }>,
  kept: boolean,
): Promise<Result<unknown>> {
  await lines.taken(id, kept && outcome.ok ? takenSeconds : 0, parcel);
  return outcome;
}

function createBell() {
  let rung = Promise.withResolvers<void>();
  return {
    ring: () => rung.resolve(),
    /** Resolves when it is rung, or was since the last time, and after so many milliseconds. */
    async within(milliseconds: number): Promise<void> {
      const done = new AbortController();
      await Promise.race([
        rung.promise,
        delay(milliseconds, undefined, { signal: done.signal }).catch(() => {}),
      ]);
      done.abort();
      rung = Promise.withResolvers();
    },
  };
}
