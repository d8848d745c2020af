import type { Command } from '../../commands/command.ts';
import { localeNames, messagesIn } from '../../commands/locales/index.ts';

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

/** Words with every command in them called as it is on Slack, where commands have one name in all languages. */
export type Rename = (words: string) => string;

export function createRename(commands: readonly Pick<Command, 'name'>[]): Rename {
  const names = new Map(
    localeNames.flatMap((locale) =>
      commands.map(({ name }) => [messagesIn(locale).command(name), slashName(name)] as const),
    ),
  );
  const alternatives = [...names.keys()].sort((a, b) => b.length - a.length).join('|');
  const pattern = new RegExp(`(?<![\\w/.:])(?:${alternatives})(?![\\w-])`, 'g');
  return (words) => words.replace(pattern, (name) => names.get(name) ?? name);
}
