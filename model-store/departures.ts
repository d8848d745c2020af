import type { Keyv } from 'keyv';
import PQueue from 'p-queue';
import { z } from 'zod';
import { serverKey } from './metadata.ts';
import type { Departures } from './store.ts';

/** Outside of every server's own records: it is needed until those are gone. */
const key = 'departures';
const schema = z.array(z.tuple([z.string(), z.number()]));

/** A list of a few servers, read once. `onDamaged` hears where it cannot be read: it begins anew then. */
export function createDepartures(metadata: Keyv, onDamaged: (error: unknown) => void): Departures {
  const changes = new PQueue({ concurrency: 1 });
  let known: Promise<Map<string, number>> | undefined;

  const read = async () => {
    const value: unknown = await metadata.get(key);
    const stored = schema.safeParse(value === undefined ? [] : value);
    if (!stored.success) onDamaged(new TypeError('the list of servers that have left is damaged'));
    return new Map(stored.data);
  };
  const list = () => {
    known ??= read();
    known.catch(() => (known = undefined));
    return known;
  };
  const change = (act: (departures: Map<string, number>) => void) =>
    changes.add(async () => {
      const departures = new Map(await list());
      act(departures);
      await metadata.set(key, [...departures]);
      known = Promise.resolve(departures);
    });

  return {
    async leave(server, due) {
      serverKey(server);
      await change((departures) =>
        departures.set(server, Math.min(due, departures.get(server) ?? Number.POSITIVE_INFINITY)),
      );
    },
    async stay(server) {
      await changes.onIdle();
      if ((await list()).has(server)) await change((departures) => departures.delete(server));
    },
    async due(now) {
      await changes.onIdle();
      return [...(await list())].filter(([, due]) => due <= now).map(([server]) => server);
    },
  };
}
