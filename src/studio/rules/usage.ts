import { z } from 'zod';
import type { ServerRecords } from '../../../model-store/store.ts';

export type Counted = 'lessons' | 'pictures';

/** Seconds back for which each is counted. */
export const windows: Readonly<Record<Counted, number>> = { lessons: 24 * 3600, pictures: 3600 };

/** What somebody had, when. What a person has within a minute is one, and counts from its first. */
const eventsSchema = z.array(
  z
    .object({
      user: z.string(),
      from: z.string().exactOptional(),
      at: z.number(),
      count: z.int().positive(),
    })
    .readonly(),
);
type Events = z.infer<typeof eventsSchema>;

/** Why so much is too much now. */
export interface Overdrawn {
  readonly whose: 'user' | 'server';
  readonly used: number;
  readonly limit: number;
  /** How much may be asked for now. */
  readonly left: number;
  /** Seconds until as much as was asked for, or as the quota ever gives, may be had. */
  readonly seconds: number;
}

/** What the members of servers had lately, so that quotas hold through a restart. Nothing is kept for longer than its window. */
export interface Usage {
  /** Undefined where the amount may be had; programs of the installation's own have no user and count for the server. */
  overdrawn(server: string, asked: Asked): Promise<Overdrawn | undefined>;
  /** What all members together had within each window. */
  used(server: string): Promise<Readonly<Record<Counted, number>>>;
  /** What a member had within each window, and all who asked `from` where they do. */
  usedBy(server: string, user: string, from?: string): Promise<Readonly<Record<Counted, number>>>;
  /** Takes the amount and resolves with undefined, or takes nothing and says why it may not be had. Without limits it may. */
  take(server: string, asked: Taken): Promise<Overdrawn | undefined>;
  /** Gives back what the user took: from where they do, then from elsewhere, then what was forgiven, each the newest first. */
  giveBack(server: string, asked: Omit<Asked, 'limits'>): Promise<void>;
  /** What the member had counts for the server alone from now on. */
  forgive(server: string, user: string): Promise<void>;
}

export interface Asked {
  readonly what: Counted;
  readonly user?: string;
  /** Where the user asks from: what all had who asked from there counts as theirs. */
  readonly from?: string;
  readonly amount: number;
  readonly limits: { readonly user: number; readonly server: number };
}

/** What is taken, within limits where there are any. */
export type Taken = Omit<Asked, 'limits'> & Partial<Pick<Asked, 'limits'>>;

const minute = 60_000;

/** Whose what nobody is held to counts as, what programs of the installation's own had too. */
const nobody = '';

/** @param now milliseconds since the epoch */
export function createUsage(records: ServerRecords, now: () => number = Date.now): Usage {
  const names = (what: Counted) => ['usage', what];

  /** Counts that cannot be read are none: they are gone within a day anyway. */
  const recentIn = (stored: unknown, what: Counted): Events => {
    const read = eventsSchema.safeParse(stored);
    return read.success ? read.data.filter(({ at }) => at + windows[what] * 1000 > now()) : [];
  };
  const recent = async (server: string, what: Counted) =>
    recentIn(await records.read(server, ...names(what)), what);
  /** Changes what was had, among all the processes that do. */
  const change = <T>(
    server: string,
    what: Counted,
    act: (events: Events) => { readonly result: T; readonly value?: Events },
  ) => records.change(server, names(what), (stored) => act(recentIn(stored, what)), windows[what]);
  const tooMuchOf = (events: Events, { what, user, from, amount, limits }: Asked) => {
    const own = events.filter((event) => isTheirs(event, user, from));
    const state = { amount, now: now(), window: windows[what] * 1000 };
    return (
      (user === undefined ? undefined : tooMuch('user', own, limits.user, state)) ??
      tooMuch('server', events, limits.server, state)
    );
  };

  const totals = async (server: string, counts: (event: Events[number]) => boolean) => {
    const [lessons, pictures] = [await recent(server, 'lessons'), await recent(server, 'pictures')];
    return { lessons: total(lessons.filter(counts)), pictures: total(pictures.filter(counts)) };
  };

  return {
    overdrawn: async (server, asked) => tooMuchOf(await recent(server, asked.what), asked),

    used: (server) => totals(server, () => true),
    usedBy: (server, user, from) => totals(server, (event) => isTheirs(event, user, from)),

    take: (server, { limits, ...taken }) =>
      change(server, taken.what, (events) => {
        const overdrawn = limits && tooMuchOf(events, { ...taken, limits });
        if (overdrawn) return { result: overdrawn };
        const { user = nobody, from, amount } = taken;
        const at = now();
        const same = events.find(
          (event) => event.user === user && event.from === from && at - event.at < minute,
        );
        const value = same
          ? events.map((event) => (event === same ? { ...same, count: same.count + amount } : event))
          : [...events, { user, ...(from !== undefined && { from }), at, count: amount }];
        return { result: undefined, value };
      }),

    giveBack: (server, { what, user = nobody, from, amount }) =>
      change(server, what, (events) => ({
        result: undefined,
        value: lessened(events, amount, [
          (event) => event.user === user && event.from === from,
          (event) => event.user === user,
          isForgiven,
        ]),
      })),

    async forgive(server, user) {
      for (const what of ['lessons', 'pictures'] as const)
        await change(server, what, (events) => ({
          result: undefined,
          value: events.map((event) =>
            event.user === user ? { user: nobody, at: event.at, count: event.count } : event,
          ),
        }));
    },
  };
}

function isForgiven({ user, from }: Events[number]): boolean {
  return user === nobody && from === undefined;
}

/** The events with so much less, of those of the first kind as far as there are any, then of the second, the newest first. */
function lessened(
  events: Events,
  amount: number,
  kinds: readonly ((event: Events[number]) => boolean)[],
): Events {
  let rest = amount;
  return kinds.reduce(
    (left, isOne) =>
      left
        .toReversed()
        .flatMap((event) => {
          const back = isOne(event) ? Math.min(rest, event.count) : 0;
          rest -= back;
          return back < event.count ? [{ ...event, count: event.count - back }] : [];
        })
        .reverse(),
    events,
  );
}

function isTheirs(event: Events[number], user: string | undefined, from: string | undefined): boolean {
  return event.user === user || (from !== undefined && event.from === from);
}

function total(events: Events): number {
  return events.reduce((sum, { count }) => sum + count, 0);
}

interface State {
  readonly amount: number;
  readonly now: number;
  readonly window: number;
}

function tooMuch(
  whose: Overdrawn['whose'],
  events: Events,
  limit: number,
  { amount, now, window }: State,
): Overdrawn | undefined {
  const used = total(events);
  const left = Math.max(0, limit - used);
  if (amount <= left) return undefined;
  const wanted = Math.min(amount, limit);
  let free = limit - used;
  for (const { at, count } of events) {
    free += count;
    if (free >= wanted) return { whose, used, limit, left, seconds: (at + window - now) / 1000 };
  }
  return { whose, used, limit, left, seconds: 0 };
}
