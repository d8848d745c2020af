import type { FakeChannel, FakeGuild, FakeMessage, FakeRole, FakeUser, World } from './world.ts';

/** Things as Discord's API shows them. */

export function userJson(world: World, { id, name }: FakeUser) {
  const bot = id === world.bot.id;
  return { id, username: name, global_name: null, discriminator: '0', avatar: null, bot };
}

export function applicationJson(world: World) {
  return { id: world.application, name: world.bot.name, icon: null, description: '', flags: 0 };
}

export function channelJson({ id, guild, name, thread, parent }: FakeChannel) {
  const common = { id, guild_id: guild, name, type: thread ? 11 : 0, position: 0, permission_overwrites: [] };
  return parent === undefined ? common : { ...common, parent_id: parent };
}

export function roleJson({ id, name }: FakeRole) {
  const plain = { color: 0, hoist: false, position: 1, permissions: '0', managed: false };
  return { id, name, ...plain, mentionable: false, flags: 0 };
}

export function guildJson(world: World, guild: FakeGuild) {
  const { id, name, channels, roles } = guild;
  const everyone = { ...roleJson({ id, name: '@everyone' }), position: 0 };
  const threads = channels.filter(({ thread }) => thread).map(threadJson);
  return {
    id,
    name,
    owner_id: world.bot.id,
    unavailable: false,
    member_count: 2,
    roles: [everyone, ...roles.map(roleJson)],
    channels: channels.filter(({ thread }) => !thread).map(channelJson),
    threads,
    members: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    emojis: [],
    stickers: [],
    features: [],
    preferred_locale: 'en-US',
    premium_tier: 0,
    nsfw_level: 0,
  };
}

function threadJson(channel: FakeChannel) {
  const thread_metadata = {
    archived: false,
    auto_archive_duration: 60,
    archive_timestamp: new Date(0).toISOString(),
    locked: false,
  };
  return {
    ...channelJson(channel),
    parent_id: channel.parent ?? channel.id,
    thread_metadata,
    message_count: 0,
    member_count: 1,
  };
}

export function messageJson(world: World, message: FakeMessage) {
  const { id, channel, author, nonce, createdAt, state, alone, loading } = message;
  const writer = world.users.get(author) ?? world.bot;
  return {
    id,
    channel_id: channel,
    author: userJson(world, writer),
    content: state.content,
    timestamp: new Date(createdAt).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: state.attachments.map(({ bytes: _, ...attachment }) => ({
      ...attachment,
      proxy_url: attachment.url,
    })),
    embeds: [],
    components: state.components,
    pinned: false,
    type: 0,
    flags: (alone ? 64 : 0) | (loading ? 128 : 0),
    ...(nonce === undefined ? {} : { nonce }),
  };
}
