import {
  type APIModalInteractionResponse,
  type ChatInputCommandInteraction,
  InteractionResponseType,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
} from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Bot } from '../../../commands/bot/bot.ts';
import type { Command } from '../../../commands/command.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import { raise, unwrap } from '../../../src/result.ts';
import { type AttachmentLink, isPicture } from '../../attachments.ts';
import { attachmentOption, type Given, rawOptions, toCome } from '../../given.ts';
import type { Customer } from '../interactions/asker.ts';
import { type FormWords, formOf, readForm } from './form.ts';
import { givenInForm } from './submission.ts';

/** Forms that ask for what a command still needs. All of these raise what would refuse the command anyway. */
export interface Forms {
  /** For a command that came without the files it needs; undefined where it needs none or no form can ask for them. */
  forFiles(
    customer: Customer<ChatInputCommandInteraction>,
    command: Command,
    given: Given,
  ): Promise<APIModalInteractionResponse | undefined>;
  /** For the command that a message's menu named, with that message's pictures, or the first of them where it has more than are taken. */
  ofMessage(customer: Customer<MessageContextMenuCommandInteraction>): Promise<APIModalInteractionResponse>;
  /** Reads a form that was sent. */
  sent(customer: Customer<ModalSubmitInteraction>): { readonly command: string; readonly given: Given };
}

interface Remembered {
  readonly user: string;
  readonly files: readonly AttachmentLink[];
}

/** Discord takes a form for as long as the interaction that opened it lasts. */
const formLife = 15 * 60_000;

/** Remembers the files of a form for as long as Discord takes it, of 1,000 forms at most. */
export function createForms(bot: Bot): Forms {
  const remembered = new LRUCache<string, Remembered>({ max: 1000, ttl: formLife });

  async function checkRest(customer: Customer, command: Command, { values }: Given): Promise<void> {
    requireRoom(customer);
    const files = Array(attachmentOption(command)?.option.minimum ?? 0).fill({ name: '', url: '', size: 0 });
    const options = rawOptions(command, { values, files }, () => toCome);
    unwrap(await bot.check({ ...customer.person, command: command.name, options }));
  }

  return {
    async forFiles(customer, command, given) {
      const { option } = attachmentOption(command) ?? {};
      if (!option || option.minimum === 0 || given.files.length > 0) return undefined;
      const data = formOf(command, given.values, languageOf(customer));
      if (!data) return undefined;
      await checkRest(customer, command, given);
      return { type: InteractionResponseType.Modal, data };
    },

    async ofMessage(customer) {
      const { interaction, person } = customer;
      const { words, own } = languageOf(customer);
      const command =
        bot.commands.find(({ menu }) => menu === interaction.commandName) ?? raise('not-found', own.noMenu);
      const { author, attachments } = interaction.targetMessage;
      if (author.id !== person.user.id && person.user.role !== 'administrator') {
        raise('not-allowed', own.someoneElses);
      }
      const pictures = [...attachments.values()].filter(isPicture).map(linkOf);
      if (pictures.length === 0) raise('invalid-picture', own.noPictures);
      const { id } = interaction;
      const data =
        formOf(command, {}, { words, own }, { key: id, count: pictures.length }) ??
        raise('not-found', own.instead(words.command(command.name)));
      requireRoom(customer);
      unwrap(await bot.mayAsk({ ...person, command: command.name }));
      const files = pictures.slice(0, attachmentOption(command)?.option.maximum);
      remembered.set(id, { user: person.user.id, files });
      return { type: InteractionResponseType.Modal, data };
    },

    sent({ interaction, person, words: { forms: own } }) {
      const subject = readForm(interaction.customId) ?? raise('not-found', own.foreign);
      const given = givenInForm(interaction.fields.fields);
      const { command, known } = subject;
      if (known === undefined) return { command, given: { ...given, files: given.files.map(linkOf) } };
      const kept = remembered.get(known);
      if (kept?.user !== person.user.id) {
        raise('not-found', own.forgotten);
      }
      remembered.delete(known);
      return { command, given: { ...given, files: kept.files } };
    },
  };
}

function languageOf({ person, words }: Customer): FormWords {
  return { words: messagesIn(person.user.locale), own: words.forms };
}

/** Raises 'not-allowed' where the bot could not post its answer. */
function requireRoom({ missing, words }: Customer): void {
  if (missing.length > 0) raise('not-allowed', words.cannotPost(missing));
}

/** What is needed of an attachment, and nothing that holds on to the rest. */
function linkOf({ name, url, size, contentType }: AttachmentLink): AttachmentLink {
  return { name, url, size, contentType: contentType ?? null };
}
