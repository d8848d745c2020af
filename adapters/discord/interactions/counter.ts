import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  InteractionResponseType,
  MessageFlags,
  type REST,
} from 'discord.js';
import { z } from 'zod';
import type { Bot, Log, Reopen } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import { type AttachmentLink, attachmentOf, type FetchLimits } from '../../attachments.ts';
import { attachmentOption, type Given, rawOptions } from '../../given.ts';
import { inRoom, sharingRoom, uploadRoom } from '../../room.ts';
import type { Completion } from '../completion/completion.ts';
import { type DiscordMessages, wordsFor } from '../locales/index.ts';
import {
  createConversation,
  type DiscordAddress,
  type DiscordConversation,
} from '../messages/conversation.ts';
import { createCourier } from '../messages/courier.ts';
import { paceOf } from '../messages/progress.ts';
import { addressOf, type Customer } from './asker.ts';

/** Times, in milliseconds. */
export interface CounterTimes {
  /** How long an interaction may go unacknowledged before it is acknowledged by itself; Discord waits for 3,000. */
  readonly guard: number;
  /** How long to look for what completes what is being typed; Discord waits for 3,000. */
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
  run(customer: Customer, command: string, given: Given): Promise<void>;
  press(customer: Customer<ButtonInteraction>): Promise<void>;
  complete(interaction: AutocompleteInteraction): Promise<void>;
  /** Makes a conversation from before a restart again. */
  readonly reopen: Reopen;
}

const addressSchema = z.object({
  interaction: z.object({
    applicationId: z.string(),
    interactionId: z.string(),
    token: z.string(),
    channelId: z.string(),
  }),
  kind: z.enum(['command', 'press']),
  waiting: z.object({ id: z.string(), message: z.string().optional(), alone: z.boolean() }),
  visibility: z.enum(['everyone', 'requester']).optional(),
  attachment: z.number(),
  missing: z.array(z.string()),
});

export function createCounter({ bot, log, rest, fetch, times, completion }: CounterOptions): Counter {
  const room = uploadRoom(bot.largestPicture);
  let served = 0;

  function conversationOf(customer: Customer, kind: 'command' | 'press'): DiscordConversation {
    const { interaction, words, missing } = customer;
    const address = { interaction: addressOf(interaction), attachment: interaction.attachmentSizeLimit };
    return conversationAt({ ...address, kind, missing }, interaction.user.id, words);
  }

  function conversationAt(
    { waiting: before, ...address }: DiscordAddress,
    user: string,
    words: DiscordMessages,
  ): DiscordConversation {
    const { interaction, kind, missing, attachment } = address;
    const began = Date.now();
    return createConversation({
      courier: createCourier(rest, interaction),
      kind,
      address,
      nonce: interaction.interactionId,
      user,
      limits: { attachment },
      words,
      missing,
      ...(before && { before }),
      guard: times.guard,
      patience: times.patience,
      pace: () => paceOf(served, Date.now() - began, times.pace),
      onTooLate: () => log.error({ milliseconds: Date.now() - began }, 'Discord did not wait for an answer'),
    });
  }

  /** Holds room for so many bytes until they are given back, or all is done. */
  async function serve(
    { words, person }: Customer,
    conversation: DiscordConversation,
    bytes: number,
    act: (giveBack: () => void) => Promise<void>,
  ): Promise<void> {
    served++;
    const sayCrowded = () => conversation.reply({ text: text`${words.crowded}`, visibility: 'requester' });
    try {
      await inRoom(room, { server: person.server.id, bytes }, act, sayCrowded);
      await conversation.end();
    } finally {
      served--;
    }
  }

  return {
    async reopen(kept, { user }) {
      const address = addressSchema.safeParse(kept);
      return address.success
        ? conversationAt(address.data, user.id, wordsFor(user.locale ?? 'en'))
        : undefined;
    },

    run(customer, name, given) {
      const command = bot.commands.find((one) => one.name === name);
      const { attachments } = customer.words;
      const { option } = (command && attachmentOption(command)) ?? {};
      const most = option?.anyFile?.mostBytes ?? bot.largestPicture;
      const bytes = given.files.reduce((sum, { size }) => sum + Math.min(size, most), 0);
      const conversation = conversationOf(customer, 'command');
      return serve(customer, conversation, bytes, (giveBack) => {
        const inShare = sharingRoom(given.files.length, giveBack);
        const fetched = (link: AttachmentLink) => inShare(attachmentOf(link, fetch, attachments));
        const options = command ? rawOptions(command, given, fetched) : given.values;
        return bot.run({ ...customer.person, command: name, options }, conversation);
      });
    },

    press(customer) {
      const { customId, guildId, channelId, message } = customer.interaction;
      const alone = message.flags.has(MessageFlags.Ephemeral);
      const at = `https://discord.com/channels/${guildId}/${channelId}/${message.id}`;
      const press = { ...customer.person, id: customId, ...(!alone && { message: at }) };
      const conversation = conversationOf(customer, 'press');
      return serve(customer, conversation, 0, () => bot.press(press, conversation));
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
