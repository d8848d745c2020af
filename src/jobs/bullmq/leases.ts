import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Leases, LeasesHeard } from '../leases.ts';
import { type Broker, connect, createListener, defaultPrefix, disconnect, isConnected } from './redis.ts';
import { scriptOn } from './scripts.ts';

export interface LeaseOptions extends Broker {
  /** How long a bot may be silent before it has lost its jobs. Default 15 s. */
  readonly silentMilliseconds?: number;
}

const scriptOf = (name: string) => readFileSync(join(import.meta.dirname, 'scripts', `${name}.lua`), 'utf8');

/** Leases in Redis, by its clock. What is asked while it is away is answered when it is back. */
export function openLeases(options: LeaseOptions): Leases {
  const { silentMilliseconds = 15_000, prefix = defaultPrefix, onError } = options;
  const redis = connect(options);
  const lease = scriptOn(redis, 'lease', scriptOf('lease'), 1);
  const leave = scriptOn(redis, 'leave', scriptOf('leave'), 1);
  const listener = createListener(options);
  const bot = randomUUID();
  const held = new Set<string>();
  const keyOf = (id: string) => `${prefix}:leases:${id}`;
  const channelOf = (name: string) => `${prefix}:bot:${name}`;
  let heard: LeasesHeard = { lost() {}, cancelled() {} };

  let closed = false;
  /** What is still to be said when the connection has been closed is said by silence: the lease runs out. */
  const unlessClosed = async (asking: Promise<unknown>): Promise<unknown> => {
    try {
      return await asking;
    } catch (error) {
      if (closed) return undefined;
      throw error;
    }
  };
  const ask = async (id: string) => (await unlessClosed(lease(keyOf(id), bot, silentMilliseconds))) === 1;
  const renewOne = async (id: string) => {
    if ((await ask(id)) || !held.delete(id)) return;
    heard.lost(id);
  };
  let renewing = false;
  const renew = async () => {
    if (renewing) return;
    renewing = true;
    await Promise.all([...held].map(renewOne)).catch(onError);
    renewing = false;
  };
  const timer = setInterval(() => void renew(), silentMilliseconds / 3);

  const drop = async (id: string) => {
    if (held.delete(id)) await unlessClosed(leave(keyOf(id), bot));
  };

  return {
    async take(id) {
      const taken = await ask(id);
      if (taken) held.add(id);
      else if (held.delete(id)) heard.lost(id);
      return taken;
    },
    drop,
    async cancel(id) {
      const other = await redis.get(keyOf(id));
      return other !== null && (await redis.publish(channelOf(other), id)) > 0;
    },
    listen(listening) {
      heard = listening;
      const hear = (message: Buffer) => heard.cancelled(message.toString());
      listener.listen(channelOf(bot), hear).catch(onError);
    },
    async close() {
      clearInterval(timer);
      if (isConnected(redis)) await Promise.all([...held].map(drop)).catch(onError);
      listener.close();
      closed = true;
      await disconnect(redis);
    },
  };
}
