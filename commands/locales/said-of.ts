import type { Command } from '../command.ts';
import type { Messages } from './index.ts';

/** What the command says it does. */
export function descriptionOf(words: Messages, { name, description }: Command): string {
  return words.commands[name]?.description ?? description;
}

/** What one of its options is called. */
export function optionName(words: Messages, command: string, option: string): string {
  return words.commands[command]?.options[option]?.name ?? option;
}

/** What one of its options is said to be. */
export function optionDescription(words: Messages, { name, options }: Command, option: string): string {
  return words.commands[name]?.options[option]?.description ?? options[option]?.description ?? '';
}
