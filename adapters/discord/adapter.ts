import { join } from 'node:path';
import { type Client, type ClientOptions, DiscordjsError, DiscordjsErrorCodes, Events } from 'discord.js';
import type { Bot, Log } from '../../commands/bot/bot.ts';
import { raise } from '../../src/result.ts';
import type { Adapter } from '../adapter.ts';
import { createClient } from './client.ts';
import { createGuilds } from './guilds.ts';
import type { CounterTimes } from './interactions/counter.ts';
import { createDesk, type Desk } from './interactions/desk.ts';
import { calmPace } from './messages/progress.ts';
import { kindOf, refusalOf } from './messages/refusal.ts';
import { areRegistered } from './registration/registration.ts';

export interface DiscordOptions {
  readonly bot: Bot;
  readonly log: Log;
  readonly token: string;
  /** A folder of its own for what it keeps. */
  readonly folder: string;
  /** Address of Discord's API. */
  readonly api: string;
  /** Origins that attachments are fetched from. */
  readonly files: readonly string[];
  /** Seconds that one attachment may take to arrive. Default 30. */
  readonly fetchSeconds?: number;
  readonly times?: Partial<CounterTimes>;
  /** Milliseconds that a stop waits for answers under way. Default 10,000. */
  readonly farewell?: number;
  readonly ws?: ClientOptions['ws'];
}

const defaultTimes: CounterTimes = {
  guard: 2000,
  completion: 2000,
  pace: calmPace,
  patience: [1000, 5000, 15_000, 60_000],
};

/** The bot on Discord: guilds are its servers. */
export function createDiscordAdapter(options: DiscordOptions): Adapter {
  const { bot, log, token, api, files, folder, fetchSeconds = 30, farewell = 10_000 } = options;
  const client = createClient({ api, ...(options.ws && { throttler: options.ws }) });
  const desk: Desk = createDesk({
    bot,
    log,
    rest: client.rest,
    fetch: { origins: files, seconds: fetchSeconds },
    times: { ...defaultTimes, ...options.times },
  });
  const guilds = createGuilds({ studio: bot.studio, log, file: join(folder, 'guilds.json') });
  listen(client, desk, log);

  return {
    async start() {
      const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
      await client.login(token).catch((error: unknown) => explain(error, api));
      const { user, guilds: cached, application, ws } = await ready;
      guilds.begin(application.id, [...cached.cache.keys()]);
      client.on(Events.GuildCreate, ({ id }) => guilds.joined(id));
      client.on(Events.GuildDelete, ({ id }) => guilds.left(id));
      void bot.takeUp('discord', desk.reopen);
      const current = await areRegistered(client.rest, application.id, bot.commands).catch(() => true);
      const stale = current
        ? ''
        : ' It knows other commands than this version has: npm run discord -- register';
      const shards = ws.shards.size > 1 ? `, by ${ws.shards.size} shards` : '';
      return `On Discord as ${user.username}, in ${countOf(cached.cache.size)}${shards}.${stale}`;
    },
    async stop() {
      await desk.close(farewell);
      await client.destroy();
      await guilds.settle();
    },
  };
}

function listen(client: Client, desk: Desk, log: Log): void {
  client.on(Events.InteractionCreate, (interaction) => desk.hear(interaction));
  client.on(Events.Error, (error) =>
    log.error({ error: refusalOf(error) }, 'the connection to Discord failed'),
  );
  client.on(Events.ShardError, (error) =>
    log.error({ error: refusalOf(error) }, 'the gateway of Discord failed'),
  );
  client.on(Events.ShardDisconnect, ({ code }) =>
    log.error({ code }, 'Discord ended the connection for good: start again when that is put right'),
  );
  client.on(Events.ShardResume, (shard, replayed) =>
    log.info({ shard, replayed }, 'connected to Discord again'),
  );
}

/** What is wrong with the token or the way to Discord. */
function explain(error: unknown, api: string): never {
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) {
    raise(
      'invalid-option',
      'Discord does not know DISCORD_TOKEN. Copy it again from the page Bot of the application.',
    );
  }
  const refusal = refusalOf(error);
  if (kindOf(refusal) === 'unreachable') {
    raise(
      'invalid-option',
      `Discord cannot be reached at ${new URL(api).host}. See whether this machine is online.`,
    );
  }
  throw refusal;
}

function countOf(servers: number): string {
  return servers === 1 ? 'one server' : `${servers} servers`;
}
