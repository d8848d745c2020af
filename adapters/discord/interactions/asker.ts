import type { RepliableInteraction } from 'discord.js';
import type { Server, User } from '../../../commands/command.ts';
import type { Address } from '../messages/courier.ts';
import { missingPermissions, roleOf } from '../registration/permissions.ts';

/** The server that an interaction came from: the guild. */
export function serverOf({ guildId, guild }: Pick<RepliableInteraction, 'guildId' | 'guild'>): Server {
  return { id: `discord:${guildId}`, name: guild?.name ?? 'this server' };
}

/** Who made it, with the role that their permissions in the channel give them. */
export function userOf({ user, memberPermissions }: RepliableInteraction): User {
  return { id: user.id, name: user.displayName, role: roleOf(memberPermissions) };
}

/** Where it is answered. */
export function addressOf(interaction: RepliableInteraction): Address {
  const { applicationId, id: interactionId, token, channelId } = interaction;
  return { applicationId, interactionId, token, channelId: channelId ?? '' };
}

/** Names of the permissions that the bot lacks there. */
export function missingAt({ appPermissions, channel }: RepliableInteraction): readonly string[] {
  return missingPermissions(appPermissions, channel?.isThread() ?? false);
}
