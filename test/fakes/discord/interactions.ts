import { randomBytes } from 'node:crypto';
import type { Gateway } from './gateway.ts';
import { channelJson, userJson } from './payloads.ts';
import { channelOf, type FakeInteraction, type FakeMessage, type FakeUser, type World } from './world.ts';

/** Who does something, and where. */
export interface Doing {
  readonly user: FakeUser;
  readonly channel: string;
  /** What the person may do there. */
  readonly permissions: bigint;
  /** The language of the person's client. */
  readonly locale: string;
}

/** Tells the bot of an interaction as Discord does, and returns it. */
export function interact(
  world: World,
  gateway: Gateway,
  { user, channel: id, permissions, locale }: Doing,
  type: 2 | 3 | 4 | 5,
  data: object,
  pressed?: { readonly id: string; readonly json: object },
): FakeInteraction {
  const channel = channelOf(world, id);
  if (!channel) throw new Error(`There is no channel ${id}`);
  const interaction: FakeInteraction = {
    id: world.newId(),
    token: randomBytes(48).toString('base64url'),
    type,
    user: user.id,
    channel: id,
    createdAt: world.clock.now(),
    ...(pressed && { pressed: pressed.id }),
  };
  world.interactions.set(interaction.id, interaction);
  gateway.dispatch('INTERACTION_CREATE', {
    version: 1,
    id: interaction.id,
    token: interaction.token,
    application_id: world.application,
    type,
    data,
    guild_id: channel.guild,
    guild: { id: channel.guild, locale: 'en-US', features: [] },
    channel_id: id,
    channel: channelJson(channel),
    member: {
      user: userJson(world, user),
      roles: rolesIn(world, channel.guild, user),
      joined_at: new Date(0).toISOString(),
      deaf: false,
      mute: false,
      flags: 0,
      permissions: permissions.toString(),
    },
    ...(pressed && { message: pressed.json }),
    app_permissions: channel.botPermissions.toString(),
    locale,
    guild_locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: { '0': channel.guild },
    context: 0,
    attachment_size_limit: world.attachmentLimit,
  });
  return interaction;
}

function rolesIn({ guilds }: World, guild: string, { roles }: FakeUser): readonly string[] {
  return (guilds.get(guild)?.roles ?? []).map(({ id }) => id).filter((id) => roles.has(id));
}

/** What came of an interaction where it is answered by a message. */
export function answerOf(world: World, interaction: FakeInteraction): FakeMessage | undefined {
  const messages = [...world.messages.values()];
  return messages.find((message) => message.interaction === interaction.id);
}
