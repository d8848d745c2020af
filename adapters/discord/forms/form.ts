import {
  type APIComponentInLabel,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import type { AttachmentOption, Command, Option, StringOption } from '../../../commands/command.ts';
import type { Messages } from '../../../commands/locales/index.ts';
import { optionDescription, optionName } from '../../../commands/locales/said-of.ts';
import { attachmentOption, type Given } from '../../given.ts';
import type { DiscordMessages } from '../locales/index.ts';

/** Discord's limits. */
const mostFields = 5;
const longestTitle = 45;
const shortLine = 100;
const longestValue = 4000;
const mostFilesOfForm = 10;

/** What a form is about: a command, and the files that are known already, by the key they are remembered under. */
export interface FormSubject {
  readonly command: string;
  readonly known?: string;
}

/** Pictures of a message, the first of which a form is about. */
export interface KnownPictures {
  /** The key that they are remembered under. */
  readonly key: string;
  /** How many the message has. */
  readonly count: number;
}

/** The languages that a form is in. */
export interface FormWords {
  readonly words: Messages;
  readonly own: DiscordMessages['forms'];
}

/**
 * A form that asks for the options of a command, with what was `given` of them filled in, and for its files unless they are
 * known already. Undefined where it would have more fields than Discord shows.
 */
export function formOf(
  command: Command,
  given: Given['values'],
  language: FormWords,
  known?: KnownPictures,
): APIModalInteractionResponseCallbackData | undefined {
  const asked = Object.entries(command.options).filter(
    ([, { type }]) => type !== 'attachment' || known === undefined,
  );
  if (asked.length > mostFields) return undefined;
  const { words, own } = language;
  const fields = asked.map(([name, option]) => fieldOf(command, name, option, given[name], language));
  const notes = known
    ? [{ type: ComponentType.TextDisplay as const, content: noteOn(command, known, own) }]
    : [];
  const menu = words.commands[command.name]?.menu ?? command.menu ?? command.name;
  return {
    custom_id: ['form', command.name, ...(known === undefined ? [] : [known.key])].join('/'),
    title: (known === undefined ? words.command(command.name) : menu).slice(0, longestTitle),
    components: [...fields, ...notes].slice(0, mostFields),
  };
}

/** Reads the id of a form; undefined where it is none of ours. */
export function readForm(id: string): FormSubject | undefined {
  const [, command, known] = /^form\/([^/]+)(?:\/([^/]+))?$/.exec(id) ?? [];
  if (command === undefined) return undefined;
  return known === undefined ? { command } : { command, known };
}

/** What is said of a message's pictures, how many of them are taken included where those are not all. */
function noteOn(command: Command, { count }: KnownPictures, own: FormWords['own']): string {
  const most = attachmentOption(command)?.option.maximum ?? 0;
  return count > most ? `${own.firstPictures(most, count)}\n\n${own.consent}` : own.consent;
}

function fieldOf(
  command: Command,
  name: string,
  option: Option,
  given: unknown,
  { words, own }: FormWords,
): APILabelComponent {
  const called = optionName(words, command.name, name);
  const label = called.charAt(0).toUpperCase() + called.slice(1);
  if (option.type === 'attachment') {
    const description = option.anyFile ? optionDescription(words, command, name) : own.consent;
    return { type: ComponentType.Label, label, description, component: uploadOf(name, option) };
  }
  const choices = words.commands[command.name]?.options[name]?.choices ?? {};
  const component = inputOf(name, option, given === undefined ? undefined : String(given), choices);
  const description = optionDescription(words, command, name);
  return { type: ComponentType.Label, label, description, component };
}

function uploadOf(name: string, { minimum, maximum, anyFile }: AttachmentOption): APIComponentInLabel {
  return {
    type: ComponentType.FileUpload,
    custom_id: name,
    min_values: minimum,
    max_values: Math.min(maximum, mostFilesOfForm),
    required: minimum > 0,
    ...(!anyFile && { file_types: ['image'] }),
  };
}

function inputOf(
  name: string,
  option: Exclude<Option, AttachmentOption>,
  given: string | undefined,
  called: Readonly<Record<string, string>>,
): APIComponentInLabel {
  const required = option.required === true;
  const choices = option.type === 'string' ? option.choices : undefined;
  if (choices) {
    const options = choices.map((value) => ({
      label: called[value] ?? value,
      value,
      default: value === given,
    }));
    const min_values = required ? 1 : 0;
    return {
      type: ComponentType.StringSelect,
      custom_id: name,
      options,
      min_values,
      max_values: 1,
      required,
    };
  }
  const max_length = Math.min((option as StringOption).maxLength ?? shortLine, longestValue);
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: max_length > shortLine ? TextInputStyle.Paragraph : TextInputStyle.Short,
    max_length,
    required,
    ...(given && { value: given.slice(0, max_length) }),
  };
}
