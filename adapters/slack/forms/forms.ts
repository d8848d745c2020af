import type { types } from '@slack/bolt';
import type { Person } from '../../../commands/bot/asking.ts';
import type { Bot } from '../../../commands/bot/bot.ts';
import type { Command, Option } from '../../../commands/command.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import { raise, unwrap } from '../../../src/result.ts';
import { isPicture } from '../../attachments.ts';
import { attachmentOption, type Given, rawOptions, toCome } from '../../given.ts';
import { type FileLink, linkOf } from '../listening/files.ts';
import type { InputJson, Interaction, Occasion } from '../listening/occasion.ts';
import { withTokens } from '../listening/typed.ts';
import { wordsFor } from '../locales/index.ts';
import { commandOfForm, type Rename } from '../names.ts';
import { formOf, type Remembered, rememberedSchema } from './form.ts';

/** A form that was sent. */
export interface SentForm {
  readonly command: Command;
  readonly given: Given<FileLink>;
  readonly occasion: Occasion;
}

/** Forms that ask for what a command still needs. All of these raise what would refuse the command anyway. */
export interface Forms {
  /**
   * For a command that lacks something it needs: files, which come with no slash command, or what was not typed. Undefined where it
   * lacks nothing.
   */
  forMissing(
    person: Person,
    occasion: Occasion,
    command: Command,
    given: Given<never>,
  ): Promise<types.ModalView | undefined>;
  /** For the command that a message's menu named, with that message's pictures, or the first of them where it has more than are taken. */
  ofMessage(person: Person, occasion: Occasion, interaction: Interaction): Promise<types.ModalView>;
  /** Reads a form that was sent. */
  sent(person: Person, interaction: Interaction, occasion: Occasion): SentForm;
  /** Raises what is wrong with what was sent, while it can still be put right in the form. */
  check(person: Person, sent: SentForm): Promise<void>;
}

export function createForms(bot: Bot, rename: Rename): Forms {
  const languageOf = ({ user }: Person) => ({
    words: messagesIn(user.locale),
    own: wordsFor(user.locale).forms,
    rename,
  });

  /** All that was taught there, by the options that may name it: as what would complete a `<`. */
  async function taughtFor({ server, user }: Person, { name: command, options }: Command) {
    const typing = { server, locale: user.locale ?? 'en', command, typed: '<', caret: 1 };
    const completed = Object.entries(options).filter(
      ([, option]) => option.type === 'string' && option.complete !== undefined,
    );
    const found = completed.map(
      async ([option]) => [option, await bot.complete({ ...typing, option })] as const,
    );
    return Object.fromEntries(await Promise.all(found));
  }

  return {
    async forMissing(person, occasion, command, { values: given }) {
      const lacks = ([name, option]: readonly [string, Option]) =>
        option.type === 'attachment'
          ? option.minimum > 0
          : option.required === true && given[name] === undefined;
      if (!Object.entries(command.options).some(lacks)) return undefined;
      unwrap(await bot.mayAsk({ ...person, command: command.name }));
      const content = { given, remembered: whereabouts(occasion), taught: await taughtFor(person, command) };
      return formOf(command, content, languageOf(person));
    },

    async ofMessage(person, occasion, { callback_id, message }) {
      const language = languageOf(person);
      const { own } = language;
      const name = commandOfForm(callback_id ?? '');
      const command = bot.commands.find((one) => one.name === name) ?? raise('not-found', own.noMenu);
      if (message?.user !== person.user.id && person.user.role !== 'administrator') {
        raise('not-allowed', own.someoneElses);
      }
      const files = (message?.files ?? []).map(linkOf).filter(isPicture);
      if (files.length === 0) raise('invalid-picture', own.noPictures);
      unwrap(await bot.mayAsk({ ...person, command: command.name }));
      const taken = files.slice(0, attachmentOption(command)?.option.maximum).map(({ id }) => id);
      const remembered = { ...whereabouts(occasion), files: taken };
      return formOf(command, { given: {}, remembered, pictures: files.length }, language);
    },

    sent(person, { view }, occasion) {
      const { own } = languageOf(person);
      const name = commandOfForm(view?.callback_id ?? '');
      const command = bot.commands.find((one) => one.name === name) ?? raise('not-found', own.foreign);
      const { files, ...asked } = remembered(view?.private_metadata ?? '', own.foreign);
      const given = tokensIn(command, givenInForm(view?.state?.values ?? {}));
      const known = files?.map((id) => ({ id, name: id, contentType: null }));
      return {
        command,
        given: known ? { ...given, files: known } : given,
        occasion: { ...occasion, ...whereabouts(asked) },
      };
    },

    async check(person, { command, given }) {
      const { own } = languageOf(person);
      const pictures = attachmentOption(command)?.option.anyFile === undefined;
      const wrong = given.files.find((file) => file.url !== undefined && !isPicture(file));
      if (pictures && wrong) raise('invalid-picture', own.notAPicture(wrong.name));
      const options = rawOptions(command, given, () => toCome);
      unwrap(await bot.check({ ...person, command: command.name, options }));
    },
  };
}

/** The field that a problem with a form is shown at: its files where it asks for them, or else its first one. */
export function fieldFor({ view }: Interaction): string | undefined {
  const fields = (view?.blocks ?? []).filter(({ type }) => type === 'input') as types.InputBlock[];
  const files = fields.find(({ element }) => element.type === 'file_input');
  return (files ?? fields[0])?.block_id;
}

/** Concepts may be named there as they are in what is typed after a command. */
function tokensIn({ options }: Command, { values, files }: Given<FileLink>): Given<FileLink> {
  const read = Object.entries(values).map(([name, value]) => {
    const option = options[name];
    const named = typeof value === 'string' && option?.type === 'string' && option.complete !== undefined;
    return [name, named ? withTokens(value) : value] as const;
  });
  return { values: Object.fromEntries(read), files };
}

/** Fields left empty count as not given. */
function givenInForm(blocks: Readonly<Record<string, Readonly<Record<string, InputJson>>>>): Given<FileLink> {
  const inputs = Object.entries(blocks).flatMap(([name, { value }]) =>
    value ? [[name, value] as const] : [],
  );
  const values = inputs.flatMap(([name, { value, selected_option }]) => {
    const given = (value ?? selected_option?.value ?? '').trim();
    return given === '' ? [] : [[name, given] as const];
  });
  const files = inputs.flatMap(([, { files }]) => (files ?? []).map(linkOf));
  return { values: Object.fromEntries(values), files };
}

/** Where and when something was asked for, which its form remembers. */
function whereabouts({ channel, thread, responseUrl, at }: Omit<Remembered, 'files'>) {
  return {
    at,
    ...(channel && { channel }),
    ...(thread !== undefined && { thread }),
    ...(responseUrl !== undefined && { responseUrl }),
  };
}

/** Raises 'not-found' where it is nothing that a form remembers. */
function remembered(json: string, foreign: string): Remembered {
  try {
    return rememberedSchema.parse(JSON.parse(json));
  } catch {
    return raise('not-found', foreign);
  }
}
