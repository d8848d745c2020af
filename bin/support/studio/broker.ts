import type { Log } from '../../../commands/bot/bot.ts';
import type { Broker } from '../../../src/jobs/bullmq/redis.ts';
import type { Settings } from '../../../src/settings/settings.ts';

const quietMilliseconds = 60_000;

/** Where bots and workers meet. A lost connection is opened again every two seconds, and told of once a minute. */
export function brokerOf(
  { redisUrl }: Pick<Settings, 'redisUrl'> & { readonly redisUrl: string },
  log: Log,
  now: () => number = Date.now,
): Broker {
  const told = new Map<string, number>();
  return {
    url: redisUrl,
    onError(error) {
      const what = String(error);
      const last = told.get(what);
      if (last !== undefined && now() - last < quietMilliseconds) return;
      told.set(what, now());
      log.error({ error }, 'Redis did not answer, or not as expected; it is asked again');
    },
  };
}
