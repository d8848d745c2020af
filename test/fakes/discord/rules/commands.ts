import { invalid } from '../answer.ts';

interface Option {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
}

const slash = 1;
const longestCommand = 8000;

/** The rules of commands. Refuses as Discord does. */
export function checkCommands(commands: readonly Record<string, unknown>[]): void {
  if (!Array.isArray(commands) || commands.length > 115) invalid('commands');
  const keys = commands.map((command) => `${command.type ?? slash}/${command.name}`);
  if (new Set(keys).size < keys.length) invalid('a name is there twice');
  for (const command of commands) checkCommand(command);
}

function checkCommand(command: Record<string, unknown>): void {
  const {
    type = slash,
    name,
    description,
    options = [],
  } = command as {
    type?: number;
    name: string;
    description?: string;
    options?: readonly Option[];
  };
  if (type !== slash) {
    if (description || options.length > 0 || name.length < 1 || name.length > 32) invalid(`menu ${name}`);
    return;
  }
  checkNamed({ name, description: description ?? '' });
  if (options.length > 25) invalid(`options of ${name}`);
  for (const option of options) checkOption(option);
  const required = options.map((option) => option.required === true);
  if (required.includes(false) && required.lastIndexOf(true) > required.indexOf(false))
    invalid(`order of the options of ${name}`);
  const texts = [name, description, ...options.flatMap((option) => [option.name, option.description])];
  if (texts.join('').length > longestCommand) invalid(`length of ${name}`);
}

function checkOption(option: Option): void {
  checkNamed(option);
  const { choices = [], autocomplete = false, name } = option;
  if (choices.length > 25 || (choices.length > 0 && autocomplete)) invalid(`choices of ${name}`);
  if (choices.some(({ name: shown, value }) => !fits(shown, 100) || !fits(value, 100)))
    invalid(`a choice of ${name}`);
}

function checkNamed({ name, description }: { readonly name: string; readonly description: string }): void {
  if (!/^[-_\p{Ll}\p{N}]{1,32}$/u.test(name)) invalid(`name ${name}`);
  if (!fits(description, 100)) invalid(`description of ${name}`);
}

function fits(words: string, most: number): boolean {
  return words.length > 0 && words.length <= most;
}
