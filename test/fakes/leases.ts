import type { Leases, LeasesHeard } from '../../src/jobs/leases.ts';

/** Where bots of this process say which of them has a job. */
export function leaseOffice() {
  const holders = new Map<string, object>();
  const heard = new Map<object, LeasesHeard>();
  return {
    holders,
    bot(): Leases & { /** Others may take its jobs, and it has not noticed. */ silent(): void } {
      const bot = {};
      const own = () => [...holders].filter(([, holder]) => holder === bot).map(([id]) => id);
      const dropAll = () => {
        for (const id of own()) holders.delete(id);
      };
      return {
        async take(id) {
          const holder = holders.get(id) ?? bot;
          holders.set(id, holder);
          return holder === bot;
        },
        async drop(id) {
          if (holders.get(id) === bot) holders.delete(id);
        },
        async cancel(id) {
          const holder = holders.get(id);
          if (holder) heard.get(holder)?.cancelled(id);
          return holder !== undefined;
        },
        listen: (listening) => void heard.set(bot, listening),
        close: async () => dropAll(),
        silent: dropAll,
      };
    },
    /** Tells whoever does not hold it any more. */
    lost(bot: number, id: string) {
      [...heard.values()][bot]?.lost(id);
    },
  };
}
