import { serialize } from 'node:v8';
import type { Result } from '../../result.ts';
import { packed, parcelOf, unpacked } from './parcels.ts';
import type { Broker, Redis } from './redis.ts';
import { type Reply, scriptsOn } from './scripts.ts';

/** A job by its kind, its server and its id. */
export interface JobName {
  readonly kind: string;
  readonly server: string;
  readonly id: string;
}

/** What a worker is to do with a job that it was given. Its token is higher than those of all jobs that were given out before. */
export type Claim =
  | { readonly state: 'nothing' }
  | { readonly state: 'wait' }
  | { readonly state: 'leave' }
  | Claimed;

/** What a worker has of a job that is its own now; `fence` is the token that {@link Claim} speaks of. */
export type Claimed =
  | { readonly state: 'cancel'; readonly fence: number }
  | { readonly state: 'give up'; readonly fence: number }
  /** Its data are gone from where its bot left them. */
  | { readonly state: 'bare'; readonly fence: number }
  | {
      readonly state: 'begin';
      readonly fence: number;
      readonly data: unknown;
      /** Name of the parcel that holds the data. */
      readonly parcel?: string;
    };

/** How a job stands; 'missing' also where its outcome is kept no longer. */
export type Sight =
  | { readonly state: 'missing' }
  | {
      readonly state: 'ended';
      readonly outcome: Result<unknown>;
      /** That has it. */
      readonly parcel?: string;
    }
  /** It has ended, and what came of it cannot be fetched now. */
  | { readonly state: 'unread' }
  | {
      readonly state: 'waits' | 'begun';
      /** Jobs of its kind that run or wait before it. */
      readonly ahead: number;
      /** Whether the queue has it. */
      readonly queued: boolean;
      /** Whether it is the first of its server's line. */
      readonly first: boolean;
    };

/**
 * What BullMQ's open version has not: a line for each server and kind, of which only the first job is done, and tokens by which a
 * worker that was given up for dead is known when it comes back. Each function is one step for all who look (`scripts/*.lua`).
 */
export interface Lines {
  /** Puts a job into its line, unless it is there or has ended; 'full' where the server has `most` in it. */
  enter(job: JobName, most: number, data: unknown): Promise<'full' | 'first' | 'later'>;
  /**
   * 'leave' also where the data cannot be fetched now.
   * @param token by which BullMQ knows the delivery
   * @param model id of the worker's; 'leave' where jobs are done with another (`crew.ts`)
   * @param most how often a job is begun that never gets on
   */
  claim(job: JobName, token: string, model: string, most: number): Promise<Claim>;
  /**
   * How a job stands that was given out with that fence; 'lost' where it is another's by now.
   * @param gotOn whether it has got on: then it counts as begun for the first time
   */
  hold(id: string, fence: number, gotOn?: boolean): Promise<'held' | 'cancelled' | 'lost'>;
  /**
   * Id of the job that is first now, where there is one; 'lost' where the job is another's by now, and nothing was done.
   * @param parcel name of the one that holds the job's data, where one does: nobody needs it any more
   */
  settle(
    job: JobName,
    fence: number,
    outcome: Result<unknown>,
    parcel?: string,
  ): Promise<'lost' | { readonly next?: string }>;
  /** @param counts whether it counts as begun, and may be given up for that */
  release(id: string, fence: number, counts: boolean): Promise<void>;
  /**
   * Takes a job out of its line where nobody does it, with the id of the one that is first then; 'told' where its
   * worker was told, 'gone' where it is in no line.
   */
  cancel(job: JobName): Promise<'gone' | 'told' | { readonly next?: string }>;
  look(job: JobName): Promise<Sight>;
  /** See {@link JobQueue.ahead}. */
  ahead(job: JobName): Promise<number | undefined>;
  /** Of an outcome that somebody has now: it stays for `seconds`, and its parcel. */
  taken(id: string, seconds: number, parcel: string | undefined): Promise<void>;
  /** Tells whoever waits for a job how far it is. */
  tell(id: string, progress: unknown): Promise<void>;
  /** Channels on which a job's bot hears of it, an empty message when it has ended, and its worker that it is cancelled. */
  told(id: string): string;
  stop(id: string): string;
}

/** How long an outcome is kept for its bot, in seconds. It is worked out again where that comes later. */
const outcomeSeconds = 24 * 3600;
/** How long a job may be in the line and not in the queue before it is taken out: whoever put it there has ended in between. */
const graceMilliseconds = 60_000;

/**
 * The lines in Redis, under keys that begin with the broker's prefix. Data and outcomes that are large go into parcels where
 * the broker has some.
 */
export function createLines(
  redis: Redis,
  broker: Pick<Broker, 'prefix' | 'parcels'> & Partial<Pick<Broker, 'onError'>>,
): Lines {
  const { parcels, onError = () => {} } = broker;
  const { run, list, root } = scriptsOn(redis, broker);
  const keyOf = (id: string) => `${root}:outcome:${id}`;

  /** An outcome whose parcel is gone is none: the job is done anew. */
  async function ended({ id }: JobName, stands: Buffer): Promise<Sight> {
    try {
      const found = await unpacked(stands, parcels);
      if (!found) {
        await redis.del(keyOf(id));
        return missing(id);
      }
      const { value, parcel } = found;
      return { state: 'ended', outcome: value as Result<unknown>, ...(parcel !== undefined && { parcel }) };
    } catch (error) {
      onError(error);
      return { state: 'unread' };
    }
  }

  /** Its data are sent again where it is to be done again: those that were sent may have been removed. */
  async function missing(id: string): Promise<Sight> {
    await forget(id);
    return { state: 'missing' };
  }

  const named = ({ kind, server, id }: JobName) => [kind, server, id] as const;

  /** What stands in Redis for the data of jobs that were sent from here as parcels, by their ids. */
  const sent = new Map<string, Buffer>();
  const removeParcel = async (parcel: string | undefined) => {
    if (parcel !== undefined) await parcels?.remove(parcel).catch(onError);
  };
  const forget = async (id: string) => {
    const stands = sent.get(id);
    sent.delete(id);
    await removeParcel(stands && parcelOf(stands));
  };

  async function begun({ id }: JobName, fence: number, stands: Buffer): Promise<Claim> {
    try {
      const found = await unpacked(stands, parcels);
      if (!found) return { state: 'bare', fence };
      const { value: data, parcel } = found;
      return { state: 'begin', fence, data, ...(parcel !== undefined && { parcel }) };
    } catch (error) {
      onError(error);
      await release(id, fence, false);
      return { state: 'leave' };
    }
  }

  const release: Lines['release'] = async (id, fence, counts) =>
    void (await run('release', id, fence, counts ? 'counts' : ''));

  return {
    async enter(job, most, data) {
      const stands = sent.get(job.id) ?? (await packed(data, parcels, onError));
      if (parcelOf(stands) !== undefined) sent.set(job.id, stands);
      const [state, first] = await list('enter', ...named(job), most, stands);
      if (String(state) !== 'full') return first === 1 ? 'first' : 'later';
      await forget(job.id);
      return 'full';
    },

    async claim(job, token, model, most) {
      const given = [token, model, most, graceMilliseconds] as const;
      const [word, fence, data] = await list('claim', ...named(job), ...given);
      const state = String(word) as Claim['state'];
      if (state === 'nothing' || state === 'wait' || state === 'leave') return { state };
      if (state === 'begin') return begun(job, Number(fence), data as Buffer);
      return { state: state as 'cancel' | 'give up', fence: Number(fence) };
    },

    hold: async (id, fence, gotOn = false) =>
      String(await run('hold', id, fence, gotOn ? 'got on' : '')) as 'held' | 'cancelled' | 'lost',

    async settle(job, fence, outcome, parcel) {
      const kept = outcomeSeconds * 1000;
      const stands = await packed(outcome, parcels, onError);
      const [state, next] = await list('settle', ...named(job), fence, kept, stands);
      if (String(state) === 'lost') return 'lost';
      await removeParcel(parcel);
      return first(next);
    },

    release,

    async cancel(job) {
      const [word, next] = await list('cancel', ...named(job));
      const state = String(word) as 'gone' | 'told' | 'left';
      if (state !== 'told') await forget(job.id);

      return state === 'left' ? first(next) : state;
    },

    async look(job) {
      const [word, second, queued, head] = await list('look', ...named(job));
      const state = String(word) as Sight['state'];
      if (state === 'missing') return missing(job.id);
      if (state === 'ended') return ended(job, second as Buffer);
      return { state, ahead: Number(second), queued: queued === 1, first: String(head) === job.id };
    },

    async ahead(job) {
      const [word, ahead] = await list('look', ...named(job));
      const state = String(word) as Sight['state'];
      if (state === 'begun') return 0;
      return state === 'waits' ? Math.max(1, Number(ahead)) : undefined;
    },

    async taken(id, seconds, parcel) {
      await redis.expire(keyOf(id), seconds);
      await forget(id);
      if (seconds === 0) await removeParcel(parcel);
      else setTimeout(removeParcel, seconds * 1000, parcel).unref();
    },
    tell: async (id, progress) => void (await redis.publish(`${root}:told:${id}`, serialize(progress))),
    told: (id) => `${root}:told:${id}`,
    stop: (id) => `${root}:stop:${id}`,
  };
}

function first(next: Reply): { readonly next?: string } {
  return next ? { next: String(next) } : {};
}
