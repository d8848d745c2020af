import { keyOf, type Metadata } from './metadata.ts';
import type { Departures } from './store.ts';

/** Outside of every server's own records: it is needed until those are gone. */
const place = 'departure';

/** A record for each server that has left. `onDamaged` hears of one that cannot be read: what is kept of that server stays. */
export function createDepartures(metadata: Metadata, onDamaged: (error: unknown) => void): Departures {
  return {
    leave: async (server, due) =>
      metadata.update([keyOf(place, server)], ([known]) => ({
        result: undefined,
        writes: [[keyOf(place, server), typeof known === 'number' ? Math.min(due, known) : due]],
      })),
    stay: async (server) => void (await metadata.delete(keyOf(place, server))),
    async due(now) {
      const left = [...(await metadata.under(`${place}/`))].flatMap(([id, due]) => {
        if (typeof due === 'number') return [{ server: decodeURIComponent(id), due }];
        onDamaged(new TypeError(`the record of when ${id} left is damaged`));
        return [];
      });
      const late = left.filter(({ due }) => due <= now).sort((a, b) => a.due - b.due);
      return late.map(({ server }) => server);
    },
  };
}
