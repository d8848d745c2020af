import { raise } from '../src/result.ts';
import { exampleLine, imagineLine, type Sender } from './bot/line.ts';
import { isOffered } from './bot/options.ts';
import { lines, type RichText, strong, text } from './bot/rich-text.ts';
import { type Command, defineCommand, type Option, type Server } from './command.ts';
import type { Messages } from './locales/index.ts';
import { descriptionOf, optionDescription, optionName } from './locales/said-of.ts';

export default defineCommand({
  name: 'help',
  description: 'Says what I can do, or all about one command',
  access: 'everyone',
  anywhere: true,
  options: { command: { type: 'string', maxLength: 40, description: 'A command: teach' } },
  positional: ['command'],
  example: '/help teach',

  async run({ server, user, options, commands, words, reply }) {
    const name = options.command?.replace(/^\//, '').toLowerCase();
    if (name === undefined)
      return reply({ text: overview({ server, user, words }, commands), visibility: 'requester' });
    const command = commands.find((one) => [one.name, words.commands[one.name]?.name].includes(name));
    if (!command) raise('not-found', words.help.unknown(commands.map((one) => words.command(one.name))));
    await reply({ text: manual({ server, user, words }, command), visibility: 'requester' });
  },
});

interface Where extends Sender {
  readonly server: Server;
}

function overview(where: Where, commands: readonly Command[]): RichText {
  const { words } = where;
  return words.help.overview(
    commands.map((command) => heading(words, command)),
    imagineLine(where, 'a <new1> dog wearing a <new4> hat'),
  );
}

function manual(where: Where, command: Command): RichText {
  const { server, words } = where;
  const { name, options } = command;
  return lines(
    [...heading(words, command), '\n'],
    ...Object.entries(options)
      .filter(([, declared]) => isOffered(declared, server))
      .map(
        ([option, declared]) =>
          text`${strong(optionName(words, name, option))} ${optionDescription(words, command, option)}${limitsOf(words, declared)}`,
      ),
    words.help.example(exampleLine(where, command)),
  );
}

function heading(words: Messages, command: Command): RichText {
  return text`${strong(words.command(command.name))} ${descriptionOf(words, command)}`;
}

function limitsOf(words: Messages, option: Option): string {
  if (option.type === 'integer' || option.type === 'number') {
    return words.help.range(words.number(option.minimum), words.number(option.maximum));
  }
  return option.required ? words.help.needed : '';
}
