import {
  type APIModalInteractionResponse,
  type ChatInputCommandInteraction,
  InteractionResponseType,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
  type RepliableInteraction,
} from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Bot } from '../../../commands/bot/bot.ts';
import type { Command } from '../../../commands/command.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import { raise, unwrap } from '../../../src/result.ts';
import { type AttachmentLink, isPicture } from '../../attachments.ts';
import { attachmentOption, type Given, rawOptions, toCome } from '../../given.ts';
import { missingAt, personOf, userOf } from '../interactions/asker.ts';
import { wordsFor } from '../locales/index.ts';
import { type FormWords, formOf, readForm } from './form.ts';
import { givenInForm } from './submission.ts';

/** Forms that ask for what a command still needs. All of these raise what would refuse the command anyway. */
export interface Forms {
  /** For a command that came without the files it needs; undefined where it needs none or no form can ask for them. */
  forFiles(
    interaction: ChatInputCommandInteraction,
    command: Command,
    given: Given,
  ): Promise<APIModalInteractionResponse | undefined>;
  /** For the command that a message's menu named, with that message's pictures. */
  ofMessage(interaction: MessageContextMenuCommandInteraction): Promise<APIModalInteractionResponse>;
  /** Reads a form that was sent. */
  sent(interaction: ModalSubmitInteraction): { readonly command: string; readonly given: Given };
}

interface Remembered {
  readonly user: string;
  readonly files: readonly AttachmentLink[];
}

/** Discord takes a form for as long as the interaction that opened it lasts. */
const formLife = 15 * 60_000;

export function createForms(bot: Bot): Forms {
  const remembered = new LRUCache<string, Remembered>({ max: 1000, ttl: formLife });

  async function checkRest(
    interaction: RepliableInteraction,
    command: Command,
    { values }: Given,
  ): Promise<void> {
    requireRoom(interaction);
    const files = Array(attachmentOption(command)?.option.minimum ?? 0).fill({ name: '', url: '', size: 0 });
    const options = rawOptions(command, { values, files }, () => toCome);
    unwrap(await bot.check({ ...personOf(interaction), command: command.name, options }));
  }

  return {
    async forFiles(interaction, command, given) {
      const { option } = attachmentOption(command) ?? {};
      if (!option || option.minimum === 0 || given.files.length > 0) return undefined;
      const data = formOf(command, given.values, languageOf(interaction));
      if (!data) return undefined;
      await checkRest(interaction, command, given);
      return { type: InteractionResponseType.Modal, data };
    },

    async ofMessage(interaction) {
      const { words, own } = languageOf(interaction);
      const command =
        bot.commands.find(({ menu }) => menu === interaction.commandName) ?? raise('not-found', own.noMenu);
      const { author, attachments } = interaction.targetMessage;
      const { id, user } = interaction;
      if (author.id !== user.id && userOf(interaction).role !== 'administrator') {
        raise('not-allowed', own.someoneElses);
      }
      const files = [...attachments.values()].filter(isPicture).map(linkOf);
      if (files.length === 0) raise('invalid-picture', own.noPictures);
      const data =
        formOf(command, {}, { words, own }, id) ??
        raise('not-found', own.instead(words.command(command.name)));
      requireRoom(interaction);
      unwrap(await bot.mayAsk({ ...personOf(interaction), command: command.name }));
      remembered.set(id, { user: user.id, files });
      return { type: InteractionResponseType.Modal, data };
    },

    sent(interaction) {
      const { own } = languageOf(interaction);
      const subject = readForm(interaction.customId) ?? raise('not-found', own.foreign);
      const given = givenInForm(interaction.fields.fields);
      const { command, known } = subject;
      if (known === undefined) return { command, given: { ...given, files: given.files.map(linkOf) } };
      const kept = remembered.get(known);
      if (kept?.user !== interaction.user.id) {
        raise('not-found', own.forgotten);
      }
      remembered.delete(known);
      return { command, given: { ...given, files: kept.files } };
    },
  };
}

function languageOf(interaction: RepliableInteraction): FormWords {
  return { words: messagesIn(userOf(interaction).locale), own: wordsFor(interaction.locale).forms };
}

/** Raises 'not-allowed' where the bot could not post its answer. */
function requireRoom(interaction: RepliableInteraction): void {
  const missing = missingAt(interaction);
  if (missing.length > 0) raise('not-allowed', wordsFor(interaction.locale).cannotPost(missing));
}

/** What is needed of an attachment, and nothing that holds on to the rest. */
function linkOf({ name, url, size, contentType }: AttachmentLink): AttachmentLink {
  return { name, url, size, contentType: contentType ?? null };
}
