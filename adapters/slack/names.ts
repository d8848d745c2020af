import type { Command } from '../../commands/command.ts';
import { localeNames, messagesIn } from '../../commands/locales/index.ts';
import { terms } from './locales/terms.ts';

/** What the app is called, and invited by. */
export const appName = 'Keepsake';

/** Words that Slack has a command of its own for, or that any other app may have one for. */
const shared: ReadonlySet<string> = new Set([
  'cancel',
  'export',
  'help',
  'import',
  'privacy',
  'queue',
  'settings',
]);

/** What a command is called on Slack: `/teach`, but `/keepsake-help`, since `/help` is Slack's own. */
export function slashName(command: string): string {
  return shared.has(command) ? `/keepsake-${command}` : `/${command}`;
}

/** Finds the command that is called so on Slack. */
export function commandCalled(commands: readonly Command[], slash: string): Command | undefined {
  return commands.find(({ name }) => slashName(name) === slash);
}

const formPrefix = 'form/';

/** The `callback_id` of a command's form, and of its entry in the menu of a message, which opens that. */
export function formOfCommand(command: string): string {
  return formPrefix + command;
}

/** The name of the command that a form is about; undefined where it is none of ours. */
export function commandOfForm(callback: string): string | undefined {
  return callback.startsWith(formPrefix) ? callback.slice(formPrefix.length) : undefined;
}

/** Finds the name of the command that somebody calls as it is called on Slack, with or without the slash. */
export function commandMeant(commands: readonly Command[], typed: string): string | undefined {
  return commandCalled(commands, `/${typed.replace(/^\//, '').toLowerCase()}`)?.name;
}

/** Puts what is said into Slack's own words: commands have one name in all languages there, and servers are workspaces. */
export interface Rename {
  /** What the bot says, except where it quotes somebody. */
  sentence(words: string): string;
  /** A line that may begin with a command; the rest of it may be somebody's own words. */
  line(words: string): string;
}

export function createRename(commands: readonly Pick<Command, 'name'>[]): Rename {
  const called = localeNames.flatMap((locale) =>
    commands.map(({ name }) => [messagesIn(locale).command(name), slashName(name)] as const),
  );
  const names = new Map(called);
  const all = new Map([...called, ...localeNames.flatMap((locale) => Object.entries(terms[locale]))]);
  const one = (known: ReadonlyMap<string, string>) =>
    `(?:${[...known.keys()].sort((a, b) => b.length - a.length).join('|')})(?![\\w-])`;
  const quotation = '“[^”]*”|「[^」]*」';
  const inSentence = new RegExp(`${quotation}|(?<![\\w/.:-])${one(all)}`, 'g');
  const atBegin = new RegExp(`^${one(names)}`);
  return {
    sentence: (words) => words.replace(inSentence, (found) => all.get(found) ?? found),
    line: (words) => words.replace(atBegin, (found) => names.get(found) ?? found),
  };
}
