import { invalid } from '../answer.ts';

type Localizations = Readonly<Record<string, string>> | null;

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly name_localizations?: Localizations;
  readonly description_localizations?: Localizations;
}

interface Option extends Named {
  readonly type: number;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly channel_types?: readonly number[];
  readonly choices?: readonly (Named & { readonly value: string })[];
}

const slash = 1;
const longestCommand = 8000;
const channelType = 7;
/** Types of channels that a guild has. */
const channels: readonly number[] = [0, 2, 4, 5, 10, 11, 12, 13, 14, 15, 16];
/** Some of those that Discord's clients have. */
const locales: readonly string[] = ['en-US', 'en-GB', 'de', 'fr', 'ja', 'ko', 'zh-CN', 'zh-TW'];

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
  checkNamed(command as unknown as Named);
  if (options.length > 25) invalid(`options of ${name}`);
  for (const option of options) checkOption(option);
  const required = options.map((option) => option.required === true);
  if (required.includes(false) && required.lastIndexOf(true) > required.indexOf(false))
    invalid(`order of the options of ${name}`);
  for (const locale of [undefined, ...locales]) {
    const names = options.map((option) => inLocale(locale, option.name, option.name_localizations));
    if (new Set(names).size < names.length) invalid(`an option of ${name} is there twice`);
  }
  const named = [command as unknown as Named, ...options, ...options.flatMap(({ choices = [] }) => choices)];
  const length = named.reduce(
    (sum, one) =>
      sum +
      longestOf(one.name, one.name_localizations) +
      longestOf(one.description ?? '', one.description_localizations),
    0,
  );
  if (length > longestCommand) invalid(`length of ${name}`);
}

function inLocale(locale: string | undefined, original: string, localizations?: Localizations): string {
  return (locale && localizations?.[locale]) || original;
}

/** Of a text in several languages the longest one counts. */
function longestOf(original: string, localizations?: Localizations): number {
  return Math.max(original.length, ...Object.values(localizations ?? {}).map(({ length }) => length));
}

function checkOption(option: Option): void {
  checkNamed(option);
  const { choices = [], autocomplete = false, name } = option;
  if (choices.length > 25 || (choices.length > 0 && autocomplete)) invalid(`choices of ${name}`);
  const { type, channel_types = [] } = option;
  if (
    channel_types.length > 0 &&
    (type !== channelType || channel_types.some((one) => !channels.includes(one)))
  )
    invalid(`channel types of ${name}`);
  const shown = choices.flatMap(({ name: original, value, name_localizations }) => [
    original,
    value,
    ...Object.values(name_localizations ?? {}),
  ]);
  if (shown.some((words) => !fits(words, 100))) invalid(`a choice of ${name}`);
}

/** Letters of any script, but small where there are small ones. */
function checkNamed({ name, description = '', name_localizations, description_localizations }: Named): void {
  for (const localizations of [name_localizations, description_localizations]) {
    const unknown = Object.keys(localizations ?? {}).filter((locale) => !locales.includes(locale));
    if (unknown.length > 0) invalid(`locale ${unknown}`);
  }
  for (const one of [name, ...Object.values(name_localizations ?? {})]) {
    if (!/^[-_'\p{L}\p{N}]{1,32}$/u.test(one) || one !== one.toLowerCase()) invalid(`name ${one}`);
  }
  for (const one of [description, ...Object.values(description_localizations ?? {})]) {
    if (!fits(one, 100)) invalid(`description of ${name}`);
  }
}

function fits(words: string, most: number): boolean {
  return words.length > 0 && words.length <= most;
}
