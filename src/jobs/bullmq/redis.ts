import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Parcels } from './parcels.ts';

export type { Redis };

/** Where jobs meet. Keys begin with `prefix`, whose braces keep them together on a cluster. */
export interface Broker {
  /** `redis://` or `rediss://`, with user, password and number of the database where there are any. */
  readonly url: string;
  readonly prefix?: string;
  /** Where data and outcomes wait that are large; in Redis itself where absent. */
  readonly parcels?: Parcels;
  /** Hears of lost connections, which are opened again, and of what could not be done; the next look mends that. */
  readonly onError: (error: unknown) => void;
}

export const defaultPrefix = '{keepsake}';

/** A connection that waits for Redis however long it is away, and sends then what was asked meanwhile. */
export function connect({ url, onError }: Broker): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 2000),
  });
  redis.on('error', onError);
  return redis;
}

/** Whether what is asked now is asked at once. */
export const isConnected = ({ status }: Redis) => status === 'ready';

/** How long a closing connection waits for what it has asked, in milliseconds. */
const farewellMilliseconds = 1000;

/** Closes a connection when what was asked is answered; at once where Redis is away. */
export async function disconnect(redis: Redis): Promise<void> {
  const left = new AbortController();
  const late = pause(farewellMilliseconds, undefined, { signal: left.signal });
  const answered = isConnected(redis) ? redis.quit() : undefined;
  await Promise.race([answered, late]).catch(() => {});
  left.abort();
  redis.disconnect();
}

/** What is said on channels of Redis, to whoever listens right then. */
export interface Listener {
  /** Resolves when `hear` hears what is said from now on, with how to stop that. One `hear` a channel. */
  listen(channel: string, hear: (message: Buffer) => void): Promise<() => void>;
  close(): void;
}

/** Opens a connection of its own, since one that listens can do nothing else. */
export function createListener(broker: Broker): Listener {
  const redis = connect(broker);
  const listeners = new Map<string, (message: Buffer) => void>();
  redis.on('messageBuffer', (channel: Buffer, message: Buffer) =>
    listeners.get(channel.toString())?.(message),
  );
  return {
    async listen(channel, hear) {
      listeners.set(channel, hear);
      await redis.subscribe(channel);
      return () => {
        listeners.delete(channel);
        redis.unsubscribe(channel).catch(broker.onError);
      };
    },
    close: () => redis.disconnect(),
  };
}
