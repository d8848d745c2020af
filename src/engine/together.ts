import { ProblemError } from '../result.ts';
import { cancelled } from './cancelled.ts';
import type { Turnstile } from './turnstile.ts';

/** Work that tasks may do together, such as a step of the U-Net. */
export interface Work<Item, Outcome> {
  /** Of what waits, what is done together now, the first of it among that. Earlier tasks come first in `waiting`. */
  choose(waiting: readonly Item[]): readonly Item[];
  /** An outcome for each item. */
  run(items: readonly Item[]): Promise<readonly Outcome[]>;
}

/** Work with those that wait for it. */
export interface SharedWork<Item, Outcome> {
  readonly work: Work<Item, Outcome>;
  readonly waiting: Waiting<Item, Outcome>[];
  /** Whether a turn is under way or asked for. */
  served: boolean;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly task: JoiningTask;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
}

export interface JoiningTask {
  /** Number of the task: a lower one came earlier. */
  readonly id: number;
  readonly signal: AbortSignal;
}

/** Work that nobody waits for yet; see {@link joinIn}. */
export function shared<Item, Outcome>(work: Work<Item, Outcome>): SharedWork<Item, Outcome> {
  return { work, waiting: [], served: false };
}

/**
 * Has an item done in a turn of drawing, with those of other tasks that wait for the same work by then. Nobody is waited for: who
 * comes while others are at it joins them at their next step. Raises 'cancelled' where the task was cancelled while it waited, and
 * what the work raises for this item.
 */
export function joinIn<Item, Outcome>(
  turnstile: Turnstile,
  sharing: SharedWork<Item, Outcome>,
  item: Item,
  task: JoiningTask,
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const { waiting } = sharing;
  const before = waiting.findLastIndex((other) => other.task.id <= task.id);
  waiting.splice(before + 1, 0, { item, task, resolve, reject });
  if (!sharing.served) void serveAll(turnstile, sharing);
  return promise;
}

async function serveAll<Item, Outcome>(
  turnstile: Turnstile,
  sharing: SharedWork<Item, Outcome>,
): Promise<void> {
  sharing.served = true;
  while (sharing.waiting.length > 0) await turnstile.turn('drawing', () => serveSome(sharing));
  sharing.served = false;
}

async function serveSome<Item, Outcome>({ waiting, work }: SharedWork<Item, Outcome>): Promise<void> {
  const all = waiting.splice(0);
  const live = all.filter(({ task }) => !task.signal.aborted);
  for (const { task, reject } of all) if (task.signal.aborted) reject(new ProblemError(cancelled));
  if (live.length === 0) return;
  const chosen = new Set(work.choose(live.map(({ item }) => item)));
  waiting.push(...live.filter(({ item }) => !chosen.has(item)));
  await settle(
    work,
    live.filter(({ item }) => chosen.has(item)),
  );
}

/** Where several fail together, each is tried alone, so that none fails for another. */
async function settle<Item, Outcome>(
  work: Work<Item, Outcome>,
  entries: readonly Waiting<Item, Outcome>[],
): Promise<void> {
  try {
    const outcomes = await work.run(entries.map(({ item }) => item));
    for (const [index, { resolve }] of entries.entries()) resolve(outcomes[index] as Outcome);
  } catch (error) {
    if (entries.length === 1) entries[0]?.reject(error);
    else for (const entry of entries) await settle(work, [entry]);
  }
}
