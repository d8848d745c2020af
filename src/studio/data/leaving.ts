import type { ConceptStore, Departures } from '../../../model-store/store.ts';
import type { ServerData } from './data.ts';
import type { Occupancy } from './occupancy.ts';

export interface LeavingOptions {
  readonly store: ConceptStore;
  readonly departures: Departures;
  readonly occupancy: Occupancy;
  readonly graceSeconds: number;
  /** Hears why something could not be deleted; the next sweep tries again. */
  readonly onError: (error: unknown) => void;
}

type Leaving = Pick<ServerData, 'scheduleDeletion' | 'keepServer' | 'serverLeft' | 'serverJoined'> & {
  /** Deletes what is due. Never rejects. */
  sweep(): Promise<void>;
};

/** Servers that the bot was taken off, and the end of what is kept of them. */
export function leaving({ store, departures, occupancy, graceSeconds, onError }: LeavingOptions): Leaving {
  const schedule = (server: string, afterSeconds: number) =>
    departures.leave(server, Date.now() + afterSeconds * 1000);
  const keep = (server: string) => departures.stay(server);

  const reported = (work: () => Promise<void>) => work().catch(onError);

  /** A server that came back since it was listed stays. */
  const erase = async (server: string) => {
    if (!(await departures.due(Date.now())).includes(server)) return;
    await store.erase(server);
    await departures.stay(server);
  };

  return {
    scheduleDeletion: schedule,
    keepServer: keep,
    serverLeft: (server) => schedule(server, graceSeconds),
    serverJoined: keep,
    sweep: () =>
      reported(async () => {
        for (const server of await departures.due(Date.now()))
          await reported(() => occupancy.alone(server, () => erase(server)));
      }),
  };
}
