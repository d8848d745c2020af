import { z } from 'zod';
import type { NamedId } from '../../src/studio/rules/settings.ts';
import type { Asker, Studio } from '../../src/studio/studio.ts';
import type { Command, Server, User } from '../command.ts';
import type { Locale } from '../locales/index.ts';
import { readButton } from './buttons.ts';
import type { Role } from './role.ts';

/** Somebody who asks for something, and where. */
export interface Person {
  readonly server: Server;
  readonly user: User;
  /** Where on the server, in a channel that settings can name; absent where the platform has none. */
  readonly channel?: NamedId;
}

/** The person as the core looks at them. */
export function askerOf({ user, channel }: Person): Asker {
  const { id, role, roles, from } = user;
  return {
    user: id,
    administrator: role === 'administrator',
    ...(roles && { roles }),
    ...(from !== undefined && { from }),
    ...(channel && { channel: channel.id }),
  };
}

const ranks: Readonly<Record<Role, number>> = { everyone: 0, teacher: 1, administrator: 2 };

/** Whether the user's role is enough for the command. */
export function mayUse({ access }: Command, { role }: User): boolean {
  return ranks[role] >= ranks[access];
}

/** The language that everyone on the server is answered in; undefined where each is in their own, or nothing can be read. */
export async function languageOf(studio: Studio, server: Server): Promise<Locale | undefined> {
  const settings = await studio.settings(server.id).catch(() => undefined);
  const language = settings?.ok ? settings.value.language : 'auto';
  return language === 'auto' ? undefined : language;
}

/** What somebody asks for, theirs to be answered in the language of the server where it has one. */
export async function inLanguageOf<P extends Person>(studio: Studio, asked: P): Promise<P> {
  const locale = await languageOf(studio, asked.server);
  return locale === undefined ? asked : { ...asked, user: { ...asked.user, locale } };
}

/** The command of an invocation or of a pressed button, as it was kept; undefined where that is neither. */
export function commandAsked(asked: unknown): string | undefined {
  const read = askedSchema.safeParse(asked);
  if (!read.success) return undefined;
  return 'command' in read.data ? read.data.command : readButton(read.data.id)?.command;
}

const askedSchema = z.union([z.object({ command: z.string() }), z.object({ id: z.string() })]);
