import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from './command.ts';

const notCommands = new Set(['index.ts', 'command.ts']);

/**
 * Every command of the folder, by name. Each `.ts` file in it is a command, apart from the contract and this one; a
 * file that is not is a mistake and throws by name.
 */
export async function loadCommands(folder: string = import.meta.dirname): Promise<readonly Command[]> {
  const files = (await readdir(folder))
    .filter((file) => file.endsWith('.ts') && !notCommands.has(file))
    .sort();
  const commands = await Promise.all(files.map((file) => loadCommand(folder, file)));
  return commands.sort((a, b) => a.name.localeCompare(b.name));
}

async function loadCommand(folder: string, file: string): Promise<Command> {
  const { default: command } = (await import(pathToFileURL(join(folder, file)).href)) as {
    default?: unknown;
  };
  const fault = faultOf(command, file);
  if (fault !== undefined) throw new TypeError(`commands/${file} is not a command: ${fault}`);
  return command as Command;
}

/** What Discord would refuse, said at start and for every platform. */
function faultOf(candidate: unknown, file: string): string | undefined {
  if (typeof candidate !== 'object' || candidate === null)
    return 'it has no default export made by defineCommand';
  const command = candidate as Partial<Command>;
  if (command.name !== file.slice(0, -'.ts'.length))
    return `its name is ${command.name}, not that of its file`;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(command.name)) return 'its name is not 1 to 32 lower-case characters';
  if (typeof command.run !== 'function') return 'it has no run';
  const options = Object.entries(command.options ?? {});
  if (options.length > 25) return 'it has more than 25 options';
  const described = [
    [command.name, command.description ?? ''],
    ...options.map(([name, one]) => [name, one.description]),
  ];
  const tooLong = described.find(
    ([, description = '']) => description.length === 0 || description.length > 100,
  );
  if (tooLong) return `the description of ${tooLong[0]} has not 1 to 100 characters`;
  const required = options.map(([, option]) => option.required === true);
  if (required.lastIndexOf(true) > required.indexOf(false) && required.includes(false)) {
    return 'a required option follows one that is not';
  }
  const unknown = (command.positional ?? []).find((name) => !Object.hasOwn(command.options ?? {}, name));
  return unknown === undefined ? undefined : `its positional option ${unknown} is not declared`;
}
