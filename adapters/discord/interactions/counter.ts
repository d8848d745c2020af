import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  InteractionResponseType,
  type REST,
  type RepliableInteraction,
} from 'discord.js';
import type { Bot, Log } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import { attachmentOf, type FetchLimits } from '../../attachments.ts';
import { attachmentOption, type Given, rawOptions } from '../../given.ts';
import { inRoom, uploadRoom } from '../../room.ts';
import type { Completion } from '../completion/completion.ts';
import { wordsFor } from '../locales/index.ts';
import { createConversation, type DiscordConversation } from '../messages/conversation.ts';
import { createCourier } from '../messages/courier.ts';
import { paceOf } from '../messages/progress.ts';
import { addressOf, missingAt, personOf } from './asker.ts';

/** Times, in milliseconds. */
export interface CounterTimes {
  /** After which an interaction is acknowledged by itself; Discord waits for 3,000. */
  readonly guard: number;
  /** After which nothing more is looked for to complete what is being typed; Discord waits for 3,000. */
  readonly completion: number;
  /** Between two edits of one message at least. */
  readonly pace: number;
  /** To wait before each new attempt where Discord cannot be reached. */
  readonly patience: readonly number[];
}

export interface CounterOptions {
  readonly bot: Bot;
  readonly log: Log;
  readonly rest: REST;
  readonly fetch: FetchLimits;
  readonly times: CounterTimes;
  readonly completion: Completion;
}

/** Where commands and buttons are served; everything resolves when it has been answered. */
export interface Counter {
  run(interaction: RepliableInteraction, command: string, given: Given): Promise<void>;
  press(interaction: ButtonInteraction): Promise<void>;
  complete(interaction: AutocompleteInteraction): Promise<void>;
}

export function createCounter({ bot, log, rest, fetch, times, completion }: CounterOptions): Counter {
  const room = uploadRoom(bot.largestPicture);
  let served = 0;

  function conversationOf(interaction: RepliableInteraction, kind: 'command' | 'press'): DiscordConversation {
    const began = Date.now();
    return createConversation({
      courier: createCourier(rest, addressOf(interaction)),
      kind,
      nonce: interaction.id,
      user: interaction.user.id,
      limits: { attachment: interaction.attachmentSizeLimit },
      words: wordsFor(interaction.locale),
      missing: missingAt(interaction),
      guard: times.guard,
      patience: times.patience,
      pace: () => paceOf(served, Date.now() - began, times.pace),
      onTooLate: () => log.error({ milliseconds: Date.now() - began }, 'Discord did not wait for an answer'),
    });
  }

  /** Holds room for so many bytes for as long as it takes. */
  async function serve(
    interaction: RepliableInteraction,
    conversation: DiscordConversation,
    bytes: number,
    act: () => Promise<void>,
  ): Promise<void> {
    served++;
    const { crowded } = wordsFor(interaction.locale);
    const sayCrowded = () => conversation.reply({ text: text`${crowded}`, visibility: 'requester' });
    try {
      await inRoom(room, bytes, act, sayCrowded);
      await conversation.end();
    } finally {
      served--;
    }
  }

  return {
    run(interaction, name, given) {
      const command = bot.commands.find((one) => one.name === name);
      const options = command
        ? rawOptions(command, given, (link) =>
            attachmentOf(link, fetch, wordsFor(interaction.locale).attachments),
          )
        : given.values;
      const invocation = { ...personOf(interaction), command: name, options };
      const { option } = (command && attachmentOption(command)) ?? {};
      const most = option?.anyFile?.mostBytes ?? bot.largestPicture;
      const bytes = given.files.reduce((sum, { size }) => sum + Math.min(size, most), 0);
      const conversation = conversationOf(interaction, 'command');
      return serve(interaction, conversation, bytes, () => bot.run(invocation, conversation));
    },

    press(interaction) {
      const press = { ...personOf(interaction), id: interaction.customId };
      const conversation = conversationOf(interaction, 'press');
      return serve(interaction, conversation, 0, () => bot.press(press, conversation));
    },

    async complete(interaction) {
      const { applicationId, id: interactionId, token } = interaction;
      const choices = await completion.choices(interaction);
      await createCourier(rest, { applicationId, interactionId, token, channelId: '' }).respond({
        type: InteractionResponseType.ApplicationCommandAutocompleteResult,
        data: { choices },
      });
    },
  };
}
