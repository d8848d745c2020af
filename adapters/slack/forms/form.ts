import type { types } from '@slack/bolt';
import { z } from 'zod';
import { isNamed } from '../../../commands/bot/options.ts';
import type { AttachmentOption, Command, Option, StringOption } from '../../../commands/command.ts';
import { optionDescription, optionName } from '../../../commands/locales/command-words.ts';
import type { Messages } from '../../../commands/locales/index.ts';
import type { Given } from '../../given.ts';
import type { SlackMessages } from '../locales/index.ts';
import { plain } from '../messages/blocks.ts';
import { formOfCommand, type Rename, slashName } from '../names.ts';

/** Slack's limits. */
const longestTitle = 24;
const longestLabel = 150;
const longestHint = 300;
const longestChoice = 75;
const longestValue = 3000;
const shortLine = 100;
const mostFilesOfForm = 10;

const pictureTypes = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif'];

/** What a form remembers of where it was asked for, since Slack does not say that with the form. */
export const rememberedSchema = z.object({
  channel: z.object({ id: z.string(), name: z.string() }).optional(),
  thread: z.string().optional(),
  responseUrl: z.string().optional(),
  at: z.number(),
  /** Ids of the files of a message that are to be taken. */
  files: z.array(z.string()).optional(),
});
export type Remembered = z.infer<typeof rememberedSchema>;

/** The languages that a form is in. */
export interface FormWords {
  readonly words: Messages;
  readonly own: SlackMessages['forms'];
  readonly rename: Rename;
}

/**
 * A form that asks for the options of a command, with what was `given` filled in, and for its files unless they are known. Channels
 * and members are left to what is typed: a form tells the id of one without its name, which would take a permission more to learn (channels:read).
 */
export function formOf(
  command: Command,
  given: Given<never>['values'],
  remembered: Remembered,
  language: FormWords,
): types.ModalView {
  const { words, own, rename } = language;
  const known = remembered.files !== undefined;
  const asked = Object.entries(command.options).filter(
    ([, option]) => !isNamed(option) && !(option.type === 'attachment' && known),
  );
  const menu = words.commands[command.name]?.menu ?? command.menu ?? command.name;
  return {
    type: 'modal',
    callback_id: formOfCommand(command.name),
    private_metadata: JSON.stringify(remembered),
    title: plain(known ? menu : slashName(command.name), longestTitle),
    submit: plain(own.send, longestTitle),
    close: plain(own.close, longestTitle),
    blocks: [
      ...asked.map(([name, option]) => fieldOf(command, name, option, given[name], language)),
      ...(command.menu === undefined
        ? []
        : [{ type: 'context' as const, elements: [plain(rename.sentence(own.consent), 2000)] }]),
    ],
  };
}

function fieldOf(
  command: Command,
  name: string,
  option: Option,
  given: unknown,
  { words, rename }: FormWords,
): types.InputBlock {
  const called = optionName(words, command.name, name);
  const choices = words.commands[command.name]?.options[name]?.choices ?? {};
  const value = given === undefined ? undefined : String(given);
  return {
    type: 'input',
    block_id: name,
    optional: option.type === 'attachment' ? option.minimum === 0 : option.required !== true,
    label: plain(called.charAt(0).toUpperCase() + called.slice(1), longestLabel),
    hint: plain(rename.sentence(optionDescription(words, command, name)), longestHint),
    element: option.type === 'attachment' ? uploadOf(option) : inputOf(option, value, choices),
  };
}

function uploadOf({ maximum, anyFile }: AttachmentOption): types.FileInput {
  return {
    type: 'file_input',
    action_id: 'value',
    max_files: Math.min(maximum, mostFilesOfForm),
    ...(!anyFile && { filetypes: pictureTypes }),
  };
}

function inputOf(
  option: Exclude<Option, AttachmentOption>,
  given: string | undefined,
  called: Readonly<Record<string, string>>,
): types.PlainTextInput | types.StaticSelect {
  const choices = option.type === 'string' ? option.choices : undefined;
  if (choices) {
    const options = choices.map((value) => ({ text: plain(called[value] ?? value, longestChoice), value }));
    const chosen = options.find(({ value }) => value === given?.toLowerCase());
    return { type: 'static_select', action_id: 'value', options, ...(chosen && { initial_option: chosen }) };
  }
  const most = Math.min((option as StringOption).maxLength ?? shortLine, longestValue);
  return {
    type: 'plain_text_input',
    action_id: 'value',
    max_length: most,
    multiline: most > shortLine,
    ...(given && { initial_value: given.slice(0, most) }),
  };
}
