import { failure, type Result, success, unwrap } from '../../src/result.ts';
import type { Command, User } from '../command.ts';
import { localeNames, type Messages, messagesIn } from '../locales/index.ts';
import { optionName } from '../locales/said-of.ts';
import { quoted } from './quoted.ts';

/** A command as it was typed: its options still text. */
export interface TypedCommand {
  readonly command: Command;
  readonly options: Readonly<Record<string, string>>;
  /** Words that belong to none of them, though the command has some. */
  readonly rest: string;
}

/** A word of a line, `name:` taken off where it names an option. `start` and `end` are offsets in the line. */
export interface Word {
  readonly option?: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads `/imagine A <new1> dog count:4 negative:"blurred, dark"`. Named options may stand anywhere; the words that
 * are left fill the command's positional options in order, the last of which takes all the rest, one space between
 * its words. Commands and options go by their names in any of the languages: `/畫圖 A <new1> dog 數量:4`.
 */
export function parseLine(commands: readonly Command[], line: string): Result<TypedCommand> {
  const typed = line.trim();
  if (!typed.startsWith('/')) {
    return failure(
      'invalid-option',
      'Messages to me start with a slash: try /help, or /imagine a dog in the park.',
    );
  }
  const name = commandName(typed);
  const command = commandOf(commands, typed);
  if (!command) {
    const known = commands.map((one) => `/${one.name}`).join(', ');
    return failure('invalid-option', `There is no command ${quoted(`/${name}`)}. The commands are ${known}.`);
  }
  return success({ command, ...assign(command, wordsOf(command, inEnglish(command, typed))) });
}

/** The command that a line begins with, by its name in any of the languages. */
export function commandOf(commands: readonly Command[], line: string): Command | undefined {
  const typed = commandName(line);
  return commands.find(
    ({ name }) =>
      name === typed || localeNames.some((locale) => messagesIn(locale).command(name) === `/${typed}`),
  );
}

/** The line with its options called as the command declares them. */
function inEnglish(command: Command, line: string): string {
  return localeNames.reduce((read, locale) => {
    const words = messagesIn(locale);
    return Object.keys(command.options).reduce((sofar, name) => {
      const called = optionName(words, command.name, name);
      return called === name ? sofar : sofar.replace(new RegExp(`(^|\\s)${called}[:：]`, 'g'), `$1${name}:`);
    }, read);
  }, line);
}

/** Who is to send a line. */
export interface Sender {
  readonly user: Pick<User, 'commandsIn'>;
  readonly words: Messages;
}

/**
 * A line that runs a command, as the sender's client takes it: with every option named, or as it is typed, where those that are
 * `positional` come first and without their names.
 */
export function commandLine(
  { user, words }: Sender,
  { name, positional }: Pick<Command, 'name' | 'positional'>,
  values: Readonly<Record<string, string | number>>,
): string {
  const called = user.commandsIn && messagesIn(user.commandsIn);
  const options = Object.entries(values).map(([option, value]) => {
    if (called) return `${optionName(called, name, option)}:${value}`;
    return positional.includes(option) ? String(value) : `${option}:${lineValue(String(value))}`;
  });
  return [(called ?? words).command(name), ...options].join(' ');
}

/** The command's example as such a line. */
export function exampleLine(sender: Sender, command: Command): string {
  const given = unwrap(parseLine([command], command.example)).options;
  const inOrder = Object.keys(command.options).flatMap((name) =>
    given[name] === undefined ? [] : [[name, given[name]] as const],
  );
  return commandLine(sender, command, Object.fromEntries(inOrder));
}

/** A line that draws a prompt. */
export function imagineLine(sender: Sender, prompt: string): string {
  return commandLine(sender, { name: 'imagine', positional: ['prompt'] }, { prompt });
}

/** What a line begins with as a command, in lower case, without its slash. */
export function commandName(line: string): string {
  return (/^\s*\/(\S*)/.exec(line)?.[1] ?? '').toLowerCase();
}

/**
 * The words after the command. Quotation marks, also the curled ones that phones type, keep the words of a named option
 * together; `\"` is one of them.
 */
export function wordsOf(command: Command, line: string): readonly Word[] {
  const after = line.search(/\s*\/\S*/) === 0 ? /^\s*\/\S*/.exec(line)![0].length : 0;
  const words: Word[] = [];
  const pattern = /(?:([\w-]+):(?:"((?:[^"\\]|\\.)*)"?|[“”„]([^“”„]*)[“”]?|(\S*)))|\S+/g;
  pattern.lastIndex = after;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    const [whole, option, inQuotes, curled, bare] = match;
    const start = match.index;
    const end = start + whole.length;
    const name = option?.toLowerCase();
    const named = name !== undefined && isOption(command, name);
    words.push(
      named
        ? { option: name, value: unescaped(inQuotes) ?? curled ?? bare ?? '', start, end }
        : { value: whole, start, end },
    );
  }
  return words;
}

/** A value as it is written in a line, in quotation marks where it has spaces or such marks itself. */
export function lineValue(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

function unescaped(inQuotes: string | undefined): string | undefined {
  return inQuotes?.replace(/\\(.)/g, '$1');
}

function isOption(command: Command, name: string): boolean {
  return Object.hasOwn(command.options, name) && command.options[name]?.type !== 'attachment';
}

function assign(command: Command, words: readonly Word[]): Pick<TypedCommand, 'options' | 'rest'> {
  const named = words.filter((word) => word.option !== undefined);
  const options = Object.fromEntries(named.map((word) => [word.option!, word.value]));
  const open = command.positional.filter((name) => !Object.hasOwn(options, name));
  const bare = words.filter((word) => word.option === undefined).map((word) => word.value);
  for (const [index, name] of open.entries()) {
    const last = index === open.length - 1;
    const value = last ? bare.slice(index).join(' ') : bare[index];
    if (value) options[name] = unquoted(value);
  }
  const takesAny = Object.keys(command.options).length > 0;
  return { options, rest: takesAny && open.length === 0 ? bare.join(' ') : '' };
}

function unquoted(value: string): string {
  return /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
}
