import { GuildMember, type RepliableInteraction } from 'discord.js';
import { languageOf, type Person } from '../../../commands/bot/asking.ts';
import type { Server, User } from '../../../commands/command.ts';
import { type Locale, localeOf } from '../../../commands/locales/index.ts';
import type { NamedId } from '../../../src/studio/rules/settings.ts';
import type { Studio } from '../../../src/studio/studio.ts';
import { within } from '../../within.ts';
import { type DiscordMessages, wordsFor } from '../locales/index.ts';
import type { Address } from '../messages/courier.ts';
import { missingPermissions, moderates, roleOf } from '../registration/permissions.ts';

/** The id of the server that a guild is. */
export function serverId(guild: string | null): string {
  return `discord:${guild}`;
}

/** The server that an interaction came from: the guild. */
export function serverOf({ guildId, guild }: Pick<RepliableInteraction, 'guildId' | 'guild'>): Server {
  return {
    id: serverId(guildId),
    name: guild?.name ?? 'this server',
    offers: ['role', 'channel', 'user'],
  };
}

/** Somebody who does something on Discord, where, and how they are spoken to. */
export interface Customer<I extends RepliableInteraction = RepliableInteraction> {
  readonly interaction: I;
  readonly person: Required<Person>;
  readonly words: DiscordMessages;
  /** The permissions that the bot lacks there, in their words. */
  readonly missing: readonly string[];
}

/** Milliseconds for which it is looked up what language a server has chosen. */
const patience = 300;

/** The language that somebody is spoken to in: what their server has chosen for all, or else that of their client. */
export async function languageFor(
  studio: Studio,
  interaction: Pick<RepliableInteraction, 'guildId' | 'guild' | 'locale'>,
): Promise<Locale> {
  const chosen = await within(patience, languageOf(studio, serverOf(interaction)));
  return chosen ?? localeOf(interaction.locale);
}

/** Who made it, with the words they are spoken to in; a server's language that is not found at once is passed over. */
export async function customerOf<I extends RepliableInteraction>(
  studio: Studio,
  interaction: I,
): Promise<Customer<I>> {
  const locale = await languageFor(studio, interaction);
  const words = wordsFor(locale);
  return {
    interaction,
    person: {
      server: serverOf(interaction),
      user: userOf(interaction, locale, words),
      channel: channelOf(interaction),
    },
    words,
    missing: missingAt(interaction, words),
  };
}

/** Who made it, with the role that their permissions in the channel give them. */
function userOf(interaction: RepliableInteraction, locale: Locale, words: DiscordMessages): User {
  const { user, member, memberPermissions } = interaction;
  return {
    id: user.id,
    name: user.displayName,
    role: roleOf(memberPermissions),
    roleNames: words.roles,
    moderates: moderates(memberPermissions),
    roles: rolesOf(member),
    locale,
    commandsIn: localeOf(interaction.locale),
  };
}

/** A thread is the channel that it belongs to. */
function channelOf({ channel, channelId }: RepliableInteraction): NamedId {
  const place = channel?.isThread() ? channel.parent : channel;
  const id = (channel?.isThread() ? channel.parentId : channelId) ?? '';
  const name = place && 'name' in place ? (place.name ?? id) : id;
  return { id, name };
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

function missingAt(
  { appPermissions, channel }: RepliableInteraction,
  { permissions }: DiscordMessages,
): readonly string[] {
  return missingPermissions(appPermissions, channel?.isThread() ?? false).map((name) => permissions[name]);
}
