import { unknown } from '../answer.ts';
import type { Route } from '../route.ts';
import { checkCommands } from '../rules/commands.ts';
import type { World } from '../world.ts';

const path = /^\/applications\/(\d+)\/commands$/;

export const readCommands: Route = {
  method: 'GET',
  path,
  token: true,
  answer({ world, params: [application], query }) {
    if (application !== world.application) unknown.application();
    const all = query.get('with_localizations') === 'true';
    return { status: 200, body: all ? world.commands : withoutLocalizations(world.commands) };
  },
};

/** Discord fills in what was left out, and adds ids and versions of its own. */
export const writeCommands: Route = {
  method: 'PUT',
  path,
  token: true,
  answer({ world, params: [application], json }) {
    if (application !== world.application) unknown.application();
    const commands = json as unknown as readonly Record<string, unknown>[];
    checkCommands(commands);
    world.commandWrites++;
    world.commands = commands.map((command) => ({
      id: world.newId(),
      application_id: world.application,
      version: world.newId(),
      nsfw: false,
      dm_permission: false,
      default_permission: true,
      name_localizations: null,
      description_localizations: null,
      ...command,
      description: command.description ?? '',
      ...(command.options ? { options: (command.options as object[]).map(asKept) } : {}),
    }));
    return { status: 200, body: world.commands };
  },
};

/** What every part of a command is called in other languages is told only to those who ask for it. */
function withoutLocalizations(commands: World['commands']): unknown {
  return JSON.parse(
    JSON.stringify(commands, (key, value) => (key.endsWith('_localizations') ? undefined : value)),
  );
}

/** What is false by default is not said again. */
function asKept(option: object): object {
  const { required, autocomplete, ...rest } = option as { required?: boolean; autocomplete?: boolean };
  return { ...rest, ...(required && { required }), ...(autocomplete && { autocomplete }) };
}
