import type { Studio } from '../../src/studio/studio.ts';
import type { Command, Option, Server, Suggestion } from '../command.ts';
import type { Messages } from '../locales/index.ts';
import { commandName, commandOf, lineValue, type Word, wordsOf } from './line.ts';
import { isOffered } from './options.ts';

/** What may replace the line's text from `start` to `end`. */
export interface Completion extends Omit<Suggestion, 'range'> {
  readonly start: number;
  readonly end: number;
}

interface Where {
  readonly server: Server;
  readonly studio: Studio;
  readonly words: Messages;
}

/** As many as a person looks through. */
const mostCompletions = 25;

/** Values of one option for what was typed of it, with the caret at that offset: all that there are. */
export async function completeOption(
  where: Where,
  option: Option,
  typed: string,
  caret: number = typed.length,
): Promise<readonly Suggestion[]> {
  if (option.type === 'boolean') return startingWith([{ value: 'yes' }, { value: 'no' }], typed);
  if (option.type !== 'string') return [];
  if (option.choices)
    return startingWith(
      option.choices.map((value) => ({ value })),
      typed,
    );
  return (await option.complete?.(where, typed, caret)) ?? [];
}

/** What could stand at the caret of a line: a command, an option's name, or a value. */
export async function completeLine(
  where: Where,
  commands: readonly Command[],
  line: string,
  caret: number,
): Promise<readonly Completion[]> {
  const before = line.slice(0, caret);
  if (/^\s*\/\S*$/.test(before)) return completeCommand(commands, before);
  const command = commandOf(commands, before);
  if (!command) return [];
  const words = wordsOf(command, before);
  const last = words.at(-1);
  const current = last && last.end === caret ? last : { value: '', start: caret, end: caret };
  if (current.option !== undefined) {
    return (await completeNamed(where, command, current)).slice(0, mostCompletions);
  }
  const values = await completePositional(where, command, words, current, line);
  return [...values, ...optionNames(where, command, words, current)].slice(0, mostCompletions);
}

/** What was typed with the suggestion taken. */
export function taken(typed: string, { value, range }: Suggestion): string {
  return range ? typed.slice(0, range.start) + value + typed.slice(range.end) : value;
}

function completeCommand(commands: readonly Command[], before: string): readonly Completion[] {
  const start = before.indexOf('/');
  return commands
    .filter((command) => command.name.startsWith(commandName(before)))
    .map(({ name, description }) => ({ value: `/${name} `, label: description, start, end: before.length }));
}

async function completeNamed(where: Where, command: Command, word: Word): Promise<readonly Completion[]> {
  const found = await completeOption(where, command.options[word.option!]!, word.value);
  return found.map((suggestion) => ({
    ...labelled(suggestion),
    value: `${word.option}:${lineValue(taken(word.value, suggestion))} `,
    start: word.start,
    end: word.end,
  }));
}

/** The last positional option takes all the rest, so its value is what stands from its first bare word to the caret. */
async function completePositional(
  where: Where,
  command: Command,
  words: readonly Word[],
  current: Word,
  line: string,
): Promise<readonly Completion[]> {
  const bare = words.filter((word) => word.option === undefined);
  const place = current.value === '' ? bare.length : bare.length - 1;
  const open = command.positional.filter((name) => !words.some((word) => word.option === name));
  const name = open[Math.min(place, open.length - 1)];
  if (name === undefined) return [];
  const takesRest = open.indexOf(name) === open.length - 1;
  const start = takesRest ? (bare[open.length - 1]?.start ?? current.start) : current.start;
  const typed = line.slice(start, current.end);
  const found = await completeOption(where, command.options[name]!, typed);
  return found.map((suggestion) => ({
    ...labelled(suggestion),
    value: `${taken(typed, suggestion)} `,
    start,
    end: current.end,
  }));
}

function labelled({ label }: Suggestion): Pick<Suggestion, 'label'> {
  return label === undefined ? {} : { label };
}

function optionNames(
  { server }: Where,
  command: Command,
  words: readonly Word[],
  current: Word,
): readonly Completion[] {
  const open = Object.entries(command.options).filter(
    ([name, option]) =>
      option.type !== 'attachment' &&
      isOffered(option, server) &&
      name.startsWith(current.value) &&
      !words.some((word) => word.option === name),
  );
  const needed = command.positional.some((name) => command.options[name]?.required);
  if (current.value === '' && needed && !words.some((word) => word.option === undefined)) return [];
  return open.map(([name, { description }]) => ({
    value: `${name}:`,
    label: description,
    start: current.start,
    end: current.end,
  }));
}

function startingWith(suggestions: readonly Suggestion[], typed: string): readonly Suggestion[] {
  const start = typed.toLowerCase();
  return suggestions.filter(({ value }) => value.toLowerCase().startsWith(start));
}
