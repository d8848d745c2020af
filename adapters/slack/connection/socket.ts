import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Log } from '../../../commands/bot/bot.ts';

/** A connection to Slack that the bot opens, and opens again whenever it ends. */
export interface Socket {
  readonly receiver: SocketModeReceiver;
  /** Rejects where the first connection cannot be opened. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface SocketOptions {
  readonly appToken: string;
  readonly clientOptions: webApi.WebClientOptions;
  readonly logger: Logger;
  readonly log: Log;
  /** Milliseconds before each new attempt, the last of which is waited for again and again. */
  readonly patience: readonly number[];
}

/** The library would end the process where it cannot connect again, so that is done here. */
export function createSocket({ appToken, clientOptions, logger, log, patience }: SocketOptions): Socket {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
  });
  const { client } = receiver;
  const stopping = new AbortController();
  let reconnecting = false;

  async function reconnect(): Promise<void> {
    if (reconnecting) return;
    reconnecting = true;
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        await client.start();
        log.info({}, 'connected to Slack again');
        break;
      } catch {
        log.error({}, 'the connection to Slack failed');
        await pause(patience[Math.min(attempt, patience.length - 1)], undefined, {
          signal: stopping.signal,
        }).catch(() => {});
      }
    }
    reconnecting = false;
  }

  return {
    receiver,
    async start() {
      await client.start();
      client.on('disconnected', () => {
        if (!stopping.signal.aborted) void reconnect();
      });
    },
    async stop() {
      stopping.abort();
      await client.disconnect();
    },
  };
}
