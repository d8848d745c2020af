import type { RepliableInteraction } from 'discord.js';
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
  return { id: serverId(guildId), name: guild?.name ?? 'this server' };
}

/** Who made it, in the language of their client, with the role that their permissions in the channel give them. */
export function userOf({ user, memberPermissions, locale }: RepliableInteraction): User {
  return {
    id: user.id,
    name: user.displayName,
    role: roleOf(memberPermissions),
    moderates: moderates(memberPermissions),
    locale: localeOf(locale),
  };
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
