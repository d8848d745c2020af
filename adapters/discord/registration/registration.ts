import { isDeepStrictEqual } from 'node:util';
import {
  type APIApplication,
  type APIApplicationCommand,
  type REST,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { commandsJson } from './command-json.ts';
import { neededPermissions } from './permissions.ts';

/** The id of the application whose token `rest` has. */
export async function applicationId(rest: REST): Promise<string> {
  const { id } = (await rest.get(Routes.currentApplication())) as Pick<APIApplication, 'id'>;
  return id;
}

/**
 * Tells Discord of the commands: all of them at once, and only where what it knows is different, for a day has a limited
 * number of changes. Resolves with whether there was anything to change.
 */
export async function registerCommands(
  rest: REST,
  application: string,
  commands: readonly Command[],
): Promise<boolean> {
  if (await areRegistered(rest, application, commands)) return false;
  await rest.put(Routes.applicationCommands(application), { body: commandsJson(commands) });
  return true;
}

/** Whether Discord knows these commands as they are, and no others. */
export async function areRegistered(
  rest: REST,
  application: string,
  commands: readonly Command[],
): Promise<boolean> {
  const query = new URLSearchParams({ with_localizations: 'true' });
  const known = await rest.get(Routes.applicationCommands(application), { query });
  return isDeepStrictEqual(
    essence(known as readonly APIApplicationCommand[]),
    essence(commandsJson(commands)),
  );
}

/** The address that invites the bot to a server with the permissions it needs and no more. */
export function inviteLink(application: string): string {
  const query = new URLSearchParams({
    client_id: application,
    scope: 'bot applications.commands',
    permissions: neededPermissions.toString(),
    integration_type: '0',
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

type CommandsJson = RESTPutAPIApplicationCommandsJSONBody | readonly APIApplicationCommand[];

const defaults = {
  description: '',
  required: false,
  autocomplete: false,
  options: [],
  choices: [],
  default_member_permissions: null,
  name_localizations: null,
  description_localizations: null,
} as const;
const essentials = [
  'type',
  'name',
  'description',
  'required',
  'autocomplete',
  'options',
  'choices',
  'value',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'file_types',
  'channel_types',
  'default_member_permissions',
  'name_localizations',
  'description_localizations',
  'contexts',
  'integration_types',
] as const;

/** What makes a command the same: Discord adds ids, versions and defaults of its own, and has an order of its own. */
function essence(commands: CommandsJson): readonly unknown[] {
  const byName = (a: CommandsJson[number], b: CommandsJson[number]) =>
    a.name.localeCompare(b.name) || (a.type ?? 1) - (b.type ?? 1);
  return [...commands].sort(byName).map(essential);
}

function essential(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(essential);
  if (typeof part !== 'object' || part === null) return part;
  const given: Readonly<Record<string, unknown>> = { ...defaults, ...part };
  return Object.fromEntries(
    essentials.map((field) => [
      field,
      field.endsWith('_localizations') ? given[field] : essential(given[field]),
    ]),
  );
}
