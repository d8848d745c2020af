import { type Metadata, serverKey } from './metadata.ts';
import type { Ring } from './ring.ts';
import type { Departures, JobRecord, ServerStore } from './store.ts';

/** Records with a key of one word that are not for taking along: what they count says itself. */
const ownRecords: ReadonlySet<string> = new Set(['last-number', 'additions']);
const entryName = /^[a-z][a-z-]{0,39}$/;

/** Whether a server may have an entry of that name; see {@link ServerStore.entries}. */
export function isEntryName(name: string): boolean {
  return entryName.test(name) && !ownRecords.has(name);
}

export function createServerStore(metadata: Metadata, jobs: Ring, departures: Departures): ServerStore {
  const jobsOf = (server: string) => serverKey(server, 'job');
  const isOf = (user: string) => (value: unknown) =>
    typeof value === 'object' && value !== null && 'user' in value && value.user === user;

  return {
    departures,
    async entries(server) {
      const records = await metadata.under(`${serverKey(server)}/`);
      return new Map([...records].filter(([name]) => isEntryName(name)));
    },
    requests: async (server, user) =>
      (await jobs.list(jobsOf(server))).filter(isOf(user)) as readonly JobRecord[],
    dropRequests: (server, user) => jobs.drop(jobsOf(server), isOf(user)),
  };
}
