import { raise } from '../src/result.ts';
import { lines, type RichText, strong, text } from './bot/rich-text.ts';
import { type Command, defineCommand, type Option } from './command.ts';

export default defineCommand({
  name: 'help',
  description: 'Says what I can do, or all about one command',
  access: 'everyone',
  options: { command: { type: 'string', maxLength: 40, description: 'A command: teach' } },
  positional: ['command'],
  example: '/help teach',

  async run({ options, commands, reply }) {
    const name = options.command?.replace(/^\//, '').toLowerCase();
    if (name === undefined) return reply({ text: overview(commands), visibility: 'requester' });
    const command = commands.find((one) => one.name === name);
    if (!command)
      raise(
        'not-found',
        `There is no such command. Try ${commands.map((one) => `/${one.name}`).join(', ')}.`,
      );
    await reply({ text: manual(command), visibility: 'requester' });
  },
});

function overview(commands: readonly Command[]): RichText {
  return lines(
    text`Teach me things with a few pictures each, then put them together in a prompt. I forget nothing unless you ask.\n`,
    ...commands.map(({ name, description }) => text`${strong(`/${name}`)} ${description}`),
    text`\nFor example ${{ code: '/imagine a <new1> dog wearing a <new4> hat' }}`,
  );
}

function manual({ name, description, options, example }: Command): RichText {
  return lines(
    text`${strong(`/${name}`)} ${description}\n`,
    ...Object.entries(options).map(
      ([option, declared]) => text`${strong(option)} ${declared.description}${limitsOf(declared)}`,
    ),
    text`\nFor example ${{ code: example }}`,
  );
}

function limitsOf(option: Option): string {
  if (option.type === 'integer' || option.type === 'number') {
    return ` (${option.minimum.toLocaleString('en-US')} to ${option.maximum.toLocaleString('en-US')})`;
  }
  return option.required ? ' (needed)' : '';
}
