import { GuildMember, type RepliableInteraction } from 'discord.js';
import type { Person } from '../../../commands/bot/asking.ts';
import type { Server, User } from '../../../commands/command.ts';
import { localeOf } from '../../../commands/locales/index.ts';
import { wordsFor } from '../locales/index.ts';
import type { Address } from '../messages/courier.ts';
import { missingPermissions, moderates, roleOf } from '../registration/permissions.ts';

/** The id of the server that a guild is. */
export function serverId(guild: string | null): string {
  return `discord:${guild}`;
}

/** The server that an interaction came from: the guild. */
export function serverOf({ guildId, guild }: Pick<RepliableInteraction, 'guildId' | 'guild'>): Server {
  return { id: serverId(guildId), name: guild?.name ?? 'this server', offers: ['role', 'channel'] };
}

/** Who made it, in the language of their client, with the role that their permissions in the channel give them. */
export function userOf({ user, member, memberPermissions, locale }: RepliableInteraction): User {
  return {
    id: user.id,
    name: user.displayName,
    role: roleOf(memberPermissions),
    moderates: moderates(memberPermissions),
    roles: rolesOf(member),
    locale: localeOf(locale),
  };
}

/** Who made it, and where: a thread is the channel that it belongs to. */
export function personOf(interaction: RepliableInteraction): Required<Person> {
  const { channel, channelId } = interaction;
  const place = channel?.isThread() ? channel.parent : channel;
  const id = (channel?.isThread() ? channel.parentId : channelId) ?? '';
  const name = place && 'name' in place ? (place.name ?? id) : id;
  return { server: serverOf(interaction), user: userOf(interaction), channel: { id, name } };
}

/** Ids of a member's roles, of which everyone's own, the one with the guild's id, is one. */
function rolesOf(member: RepliableInteraction['member']): readonly string[] {
  if (member === null) return [];
  const own = member instanceof GuildMember ? [...member.roles.cache.keys()] : member.roles;
  const guild = member instanceof GuildMember ? [member.guild.id] : [];
  return [...new Set([...guild, ...own])];
}

/** Where it is answered. */
export function addressOf(interaction: RepliableInteraction): Address {
  const { applicationId, id: interactionId, token, channelId } = interaction;
  return { applicationId, interactionId, token, channelId: channelId ?? '' };
}

/** The permissions that the bot lacks there, as the person's client names them. */
export function missingAt({ appPermissions, channel, locale }: RepliableInteraction): readonly string[] {
  const { permissions } = wordsFor(locale);
  return missingPermissions(appPermissions, channel?.isThread() ?? false).map((name) => permissions[name]);
}
