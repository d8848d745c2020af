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
import type { Attachment, Command } from '../../../commands/command.ts';
import { raise, unwrap } from '../../../src/result.ts';
import { missingAt, serverOf, userOf } from '../interactions/asker.ts';
import { type AttachmentLink, isPicture } from '../interactions/attachments.ts';
import { cannotPost } from '../messages/conversation.ts';
import { formOf, readForm } from './form.ts';
import { attachmentOption, type Given, rawOptions } from '../interactions/options.ts';
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
/** Stands for the pictures that are to come, to find out whether anything else is wrong. */
const toCome: Attachment = { name: '', bytes: () => raise('invalid-picture', 'It is not there yet.') };

export function createForms(bot: Bot): Forms {
  const remembered = new LRUCache<string, Remembered>({ max: 1000, ttl: formLife });

  async function checkRest(
    interaction: RepliableInteraction,
    command: Command,
    { values }: Given,
  ): Promise<void> {
    const missing = missingAt(interaction);
    if (missing.length > 0) raise('not-allowed', cannotPost(missing));
    const files = Array(attachmentOption(command)?.option.minimum ?? 0).fill({ name: '', url: '', size: 0 });
    const options = rawOptions(command, { values, files }, () => toCome);
    const invocation = { server: serverOf(interaction), user: userOf(interaction), command: command.name };
    unwrap(await bot.check({ ...invocation, options }));
  }

  return {
    async forFiles(interaction, command, given) {
      const { option } = attachmentOption(command) ?? {};
      if (!option || option.minimum === 0 || given.files.length > 0) return undefined;
      const data = formOf(command, given.values);
      if (!data) return undefined;
      await checkRest(interaction, command, given);
      return { type: InteractionResponseType.Modal, data };
    },

    async ofMessage(interaction) {
      const command =
        bot.commands.find(({ menu }) => menu === interaction.commandName) ??
        raise('not-found', 'That is no longer in my menu. Try /help for what is.');
      const { author, attachments } = interaction.targetMessage;
      const { id, user } = interaction;
      if (author.id !== user.id && userOf(interaction).role !== 'administrator') {
        raise(
          'not-allowed',
          'Someone else posted that. Only they, or an administrator, can have me learn from it.',
        );
      }
      const files = [...attachments.values()].filter(isPicture).map(linkOf);
      if (files.length === 0) raise('invalid-picture', 'That message has no pictures attached to it.');
      const data = formOf(command, {}, id) ?? raise('not-found', `Use /${command.name} instead.`);
      const missing = missingAt(interaction);
      if (missing.length > 0) raise('not-allowed', cannotPost(missing));
      remembered.set(id, { user: user.id, files });
      return { type: InteractionResponseType.Modal, data };
    },

    sent(interaction) {
      const subject =
        readForm(interaction.customId) ??
        raise('not-found', 'That form is not one of mine any more. Send the command again.');
      const given = givenInForm(interaction.fields.fields);
      const { command, known } = subject;
      if (known === undefined) return { command, given: { ...given, files: given.files.map(linkOf) } };
      const kept = remembered.get(known);
      if (kept?.user !== interaction.user.id) {
        raise('not-found', 'I no longer know which message that was. Choose it from the menu again.');
      }
      remembered.delete(known);
      return { command, given: { ...given, files: kept.files } };
    },
  };
}

/** What is needed of an attachment, and nothing that holds on to the rest. */
function linkOf({ name, url, size, contentType }: AttachmentLink): AttachmentLink {
  return { name, url, size, contentType: contentType ?? null };
}
