import { PermissionFlagsBits as flags, PermissionsBitField } from 'discord.js';
import type { Role } from '../../../commands/bot/role.ts';
import type { DiscordMessages } from '../locales/index.ts';

type Permissions = Pick<Readonly<PermissionsBitField>, 'has'>;

/** A permission as Discord's settings name it in English. */
export type PermissionName = keyof DiscordMessages['permissions'];

/** What the bot must be allowed in a channel for its answers to arrive there however long they take. */
const needed = [
  { flag: flags.ViewChannel, name: 'View Channel' },
  { flag: flags.SendMessages, name: 'Send Messages', inThreads: false },
  { flag: flags.SendMessagesInThreads, name: 'Send Messages in Threads', inThreads: true },
  { flag: flags.AttachFiles, name: 'Attach Files' },
] as const satisfies readonly { flag: bigint; name: PermissionName; inThreads?: boolean }[];

/** All of them, for the link that invites the bot. */
export const neededPermissions: bigint = PermissionsBitField.resolve(needed.map(({ flag }) => flag));

/** What the bot is not allowed in a channel but needs. */
export function missingPermissions(allowed: Permissions, inThread: boolean): readonly PermissionName[] {
  return needed
    .filter((one) => !('inThreads' in one) || one.inThreads === inThread)
    .filter(({ flag }) => !allowed.has(flag))
    .map(({ name }) => name);
}

/** What a role of the commands is on Discord, and which permission members have by it: administrators first. */
const roles: readonly (readonly [Role, bigint])[] = [
  ['administrator', flags.ManageGuild],
  ['teacher', flags.AttachFiles],
];

/** The role of a member by their permissions in the channel. */
export function roleOf(member: Permissions | null): Role {
  return roles.find(([, flag]) => member?.has(flag))?.[0] ?? 'everyone';
}

/** Whether a member may take away what others posted. */
export function moderates(member: Permissions | null): boolean {
  return member?.has(flags.ManageMessages) ?? false;
}

/** The permission that members need by default to be offered what is for `role`; null where everybody is. */
export function permissionFor(role: Role): string | null {
  return roles.find(([name]) => name === role)?.[1].toString() ?? null;
}
