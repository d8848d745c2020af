import { parseLine } from '../../../commands/bot/line.ts';
import { shortened } from '../../../commands/bot/quoted.ts';
import type { Command } from '../../../commands/command.ts';
import { raise, unwrap } from '../../../src/result.ts';
import type { Given, GivenValue } from '../../given.ts';
import type { SlackMessages } from '../locales/index.ts';
import { commandMeant } from '../names.ts';

/** The three signs that Slack escapes, as they were typed: each once, the ampersand last. */
export function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Reads what was typed after a command. Raises 'invalid-option', in the given words where something belongs to no option, or Slack tells of no channel or member. */
export function readTyped(
  commands: readonly Command[],
  command: Command,
  text: string,
  words: SlackMessages['typed'],
): Given<never> {
  const decoded = decode(text);
  const line = takesTokens(command) ? withTokens(decoded) : decoded;
  const { options, rest } = unwrap(parseLine(commands, `/${command.name} ${line}`));
  if (rest !== '') raise('invalid-option', words.leftOver(shortened(rest)));
  const values = Object.entries(options).map(
    ([name, value]) =>
      [name, commandMeant(commands, value) ?? givenValue(command, name, value, words)] as const,
  );
  return { values: Object.fromEntries(values), files: [] };
}

/** A bare `new1` means `<new1>`, which is tedious to type on some keyboards. */
export function withTokens(line: string): string {
  return line.replace(/(?<![<\w])new(\d{1,9})(?![\w>])/gi, '<new$1>');
}

/** Whether concepts are named in its options: those that are completed with them elsewhere. */
function takesTokens({ options }: Command): boolean {
  return Object.values(options).some((option) => option.type === 'string' && option.complete !== undefined);
}

/** A channel or a member that Slack has told as one. */
function givenValue(
  { options }: Command,
  name: string,
  value: string,
  words: SlackMessages['typed'],
): GivenValue {
  const type = options[name]?.type;
  if (type !== 'channel' && type !== 'user') return value;
  const told = type === 'channel' ? /^<#(\w+)(?:\|([^>]*))?>$/ : /^<@(\w+)(?:\|([^>]*))?>$/;
  const [, id, called] = told.exec(value) ?? [];
  return id === undefined ? raise('invalid-option', words[type](value)) : { id, name: called || id };
}
