import type { Broker, Redis } from './redis.ts';
import { scriptsOn } from './scripts.ts';

/** A base model, by its id and what the worker that has it calls it. */
export interface BaseModel {
  readonly id: string;
  readonly name: string;
}

/** The model that jobs are done with now, where there are workers that have it, and for each kind how many jobs they do at once. */
export interface Serving {
  readonly model?: string;
  readonly slots: Readonly<Record<string, number>>;
}

/** What a worker says of itself. */
export interface Member {
  /** Another for every worker, and each time that it starts. */
  readonly worker: string;
  readonly model: BaseModel;
  /** By kind, jobs that it does at once. */
  readonly slots: Readonly<Record<string, number>>;
}

/**
 * Which workers there are, and the one model that jobs are done with: that of the first worker, until none with it is there any more. Workers
 * with another model do no jobs until then.
 */
export interface Crew {
  /**
   * Notes that a worker is there.
   * @param takes whether its model is to be the one that jobs are done with, where there is none
   * @returns the model that jobs are done with
   */
  beat(member: Member, takes: boolean): Promise<BaseModel | undefined>;
  depart(worker: string): Promise<void>;
  look(): Promise<Serving>;
}

/** How long a worker may be silent before it is taken to do no jobs, in milliseconds. */
export const silenceMilliseconds = 15_000;
/** For how many times {@link silenceMilliseconds} its model stays the one that jobs are done with: it may come back from what cut it off. */
const patience = 20;

/** @param silentMilliseconds default {@link silenceMilliseconds} */
export function createCrew(
  redis: Redis,
  broker: Pick<Broker, 'prefix'>,
  silentMilliseconds = silenceMilliseconds,
): Crew {
  const { run, list } = scriptsOn(redis, broker);
  return {
    async beat({ worker, model, slots }, takes) {
      const given = [worker, model.id, model.name, JSON.stringify(slots), takes ? 'takes' : ''] as const;
      const [id, name] = await list('beat', ...given, patience * silentMilliseconds);
      return id ? { id: String(id), name: String(name) } : undefined;
    },
    depart: async (worker) => void (await run('depart', worker)),
    async look() {
      const [model, ...each] = (await list('crew', silentMilliseconds)).map(String);
      const slots: Record<string, number> = {};
      for (const one of each)
        for (const [kind, count] of Object.entries(JSON.parse(one) as Record<string, number>))
          slots[kind] = (slots[kind] ?? 0) + count;
      return { ...(model && { model }), slots };
    },
  };
}
