import type { types } from '@slack/bolt';
import { z } from 'zod';
import { isNamed } from '../../../commands/bot/options.ts';
import { cutTo } from '../../../commands/bot/quoted.ts';
import type {
  AttachmentOption,
  Command,
  Option,
  StringOption,
  Suggestion,
} from '../../../commands/command.ts';
import type { Messages } from '../../../commands/locales/index.ts';
import { optionDescription, optionName } from '../../../commands/locales/said-of.ts';
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
const mostChoices = 100;
const longestContext = 2000;

/** As many of what was taught as stand below a field. */
const mostWords = 20;

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
/** `at` is when it was asked for, in milliseconds since the epoch. */
export type Remembered = z.infer<typeof rememberedSchema>;

/** The languages that a form is in. */
export interface FormWords {
  readonly words: Messages;
  readonly own: SlackMessages['forms'];
  readonly rename: Rename;
}

/** What a form has in it besides what it asks for. */
export interface FormContent {
  /** Filled in. */
  readonly given: Given<never>['values'];
  readonly remembered: Remembered;
  /** What was taught and an option may name, by the option, oldest first: all of its value, or a piece of it. */
  readonly taught?: Readonly<Record<string, readonly Suggestion[]>>;
  /** Pictures that the message has, of which those that it remembers are the first. */
  readonly pictures?: number;
}

/**
 * A form that asks for the options of a command, and for its files unless they are known. Channels and members are left to what
 * is typed: a form tells the id of one without its name, which would take a permission more to learn (channels:read).
 */
export function formOf(
  command: Command,
  { given, remembered, taught = {}, pictures = 0 }: FormContent,
  language: FormWords,
): types.ModalView {
  const { words, own, rename } = language;
  const known = remembered.files !== undefined;
  const taken = remembered.files?.length ?? pictures;
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
      ...asked.flatMap(([name, option]) => [
        fieldOf(command, name, option, { given: given[name], taught: taught[name] }, language),
        ...wordsBelow(taught[name], own),
      ]),
      ...(pictures > taken ? [contextOf(own.firstPictures(taken, pictures))] : []),
      ...(command.menu === undefined ? [] : [contextOf(rename.sentence(own.consent))]),
    ],
  };
}

function contextOf(words: string): types.ContextBlock {
  return { type: 'context', elements: [plain(words, longestContext)] };
}

/** Whether these are all that an option's value can be, and not pieces of it. */
function areValues(taught: readonly Suggestion[] = []): boolean {
  return taught.length > 0 && taught.every(({ range }) => range === undefined);
}

/** The pieces that a text may be made of, which have to be typed: Slack completes nothing. */
function wordsBelow(
  taught: readonly Suggestion[] = [],
  own: SlackMessages['forms'],
): readonly types.ContextBlock[] {
  if (taught.length === 0 || areValues(taught)) return [];
  const newest = taught.slice(-mostWords).toReversed().map(shownAs);
  return [contextOf(own.taught(newest, taught.length - newest.length))];
}

function shownAs({ value, label = '' }: Suggestion): string {
  return label === '' ? value : `${value} (${label})`;
}

function fieldOf(
  command: Command,
  name: string,
  option: Option,
  { given, taught }: { readonly given: unknown; readonly taught: readonly Suggestion[] | undefined },
  { words, rename }: FormWords,
): types.InputBlock {
  const called = optionName(words, command.name, name);
  const choices = words.commands[command.name]?.options[name]?.choices ?? {};
  const value = given === undefined ? undefined : String(given);
  const input = () =>
    areValues(taught) ? choiceOf(taught!) : inputOf(option as StringOption, value, choices);
  return {
    type: 'input',
    block_id: name,
    optional: option.type === 'attachment' ? option.minimum === 0 : option.required !== true,
    label: plain(called.charAt(0).toUpperCase() + called.slice(1), longestLabel),
    hint: plain(rename.sentence(optionDescription(words, command, name)), longestHint),
    element: option.type === 'attachment' ? uploadOf(option) : input(),
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

/** The newest of what was taught, to choose from. */
function choiceOf(taught: readonly Suggestion[]): types.StaticSelect {
  const options = taught
    .slice(-mostChoices)
    .toReversed()
    .map((one) => ({ text: plain(shownAs(one), longestChoice), value: one.value }));
  return { type: 'static_select', action_id: 'value', options };
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
    ...(given && { initial_value: cutTo(given, most) }),
  };
}
