import { defaultExports, namesOfFiles } from '../src/listed-folder.ts';
import type { Command } from './command.ts';

const notCommands = new Set(['index', 'command']);

/**
 * Every command of the folder, by name. Each `.ts` file in it is a command, apart from the contract and this one; a
 * file that is not is a mistake and throws by name.
 */
export async function loadCommands(folder: string = import.meta.dirname): Promise<readonly Command[]> {
  const names = namesOfFiles(folder).filter((name) => !notCommands.has(name));
  const commands = await defaultExports(folder, names);
  for (const [name, command] of commands) {
    const fault = faultOf(command, name);
    if (fault !== undefined) throw new TypeError(`commands/${name}.ts is not a command: ${fault}`);
  }
  return [...commands.values()] as Command[];
}

/** What Discord would refuse, said at start and for every platform. */
function faultOf(candidate: unknown, name: string): string | undefined {
  if (typeof candidate !== 'object' || candidate === null)
    return 'it has no default export made by defineCommand';
  const command = candidate as Partial<Command>;
  if (command.name !== name) return `its name is ${command.name}, not that of its file`;
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
