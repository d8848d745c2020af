import { Client, type ClientOptions, GatewayIntentBits, Options, Partials, REST } from 'discord.js';

export interface ClientSettings {
  /** Address of Discord's API. */
  readonly api: string;
  /** A seam for tests that cannot wait as long as Discord asks for between two sessions. */
  readonly throttler?: ClientOptions['ws'];
}

/**
 * The library's client with the one intent that is needed, which is not a privileged one. Nothing is kept but guilds, their
 * channels and roles, so that its memory does not grow with what people do; and nobody is ever notified by default. A channel
 * that it was not told of, such as a thread of few, is taken as the interaction shows it. It opens as many shards as Discord
 * asks for, all of them in this process: there is one core, and what takes long is done in the engine's process.
 */
export function createClient({ api, throttler }: ClientSettings): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    failIfNotExists: false,
    makeCache: Options.cacheWithLimits({
      ...nothingKept,
      UserManager: ownOnly,
      GuildMemberManager: ownOnly,
    }),
    rest: { api },
    shards: 'auto',
    ...(throttler && { ws: throttler }),
  });
}

/** A way to ask Discord's API without being connected. */
export function createRest(api: string, token: string): REST {
  return new REST({ api }).setToken(token);
}

const nothingKept = {
  ApplicationCommandManager: 0,
  ApplicationEmojiManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildForumThreadManager: 0,
  GuildInviteManager: 0,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
} as const;

const ownOnly = {
  maxSize: 0,
  keepOverLimit: ({ id, client }: { readonly id: string; readonly client: Client }) => id === client.user?.id,
};
