import {
  type APIInteractionResponse,
  type ChatInputCommandInteraction,
  type Interaction,
  InteractionResponseType,
  type RepliableInteraction,
} from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Reopen } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import type { Command } from '../../../commands/command.ts';
import { ProblemError } from '../../../src/result.ts';
import type { Given } from '../../given.ts';
import { createUnderWay } from '../../under-way.ts';
import { createCompletion } from '../completion/completion.ts';
import { createForms } from '../forms/forms.ts';
import { createCourier } from '../messages/courier.ts';
import { personal, plainMessage } from '../messages/messages.ts';
import { kindOf } from '../messages/refusal.ts';
import { addressOf, type Customer, customerOf } from './asker.ts';
import { type CounterOptions, createCounter } from './counter.ts';
import { givenOptions } from './options.ts';

/** Where what people do on Discord arrives. */
export interface Desk {
  /** Answers it; never throws. The same one twice is answered once. */
  hear(interaction: Interaction): void;
  /** Answers new ones with a word about that; resolves when all that was heard is answered, at most after `milliseconds`. */
  close(milliseconds: number): Promise<void>;
  /** Makes a conversation from before a restart again. */
  readonly reopen: Reopen;
}

/** More than come in the minutes that Discord keeps what a resumed connection may be told twice. */
const mostRemembered = 10_000;

export function createDesk(options: Omit<CounterOptions, 'completion'>): Desk {
  const { bot, log, rest, times } = options;
  const heard = new LRUCache<string, true>({ max: mostRemembered });
  const underWay = createUnderWay((error) => {
    if (kindOf(error) !== 'too-late') log.error({ error }, 'an interaction could not be answered');
  });
  const completion = createCompletion({ bot, log, patience: times.completion });
  const counter = createCounter({ ...options, completion });
  const forms = createForms(bot);
  let closing = false;

  const respond = (interaction: RepliableInteraction, response: APIInteractionResponse) =>
    createCourier(rest, addressOf(interaction)).respond(response);

  function sayAlone(interaction: RepliableInteraction, sentence: string): Promise<void> {
    const data = personal(plainMessage(text`${sentence}`)).body;
    return respond(interaction, { type: InteractionResponseType.ChannelMessageWithSource, data });
  }

  function meant({ interaction, words }: Customer<ChatInputCommandInteraction>, command: Command): Given {
    const { values, files } = givenOptions(command, interaction.options.data);
    const sent = { user: interaction.user.id, words: words.completion };
    return { values: completion.meant(sent, command, values), files };
  }

  async function takeCommand(customer: Customer<ChatInputCommandInteraction>): Promise<void> {
    const { interaction } = customer;
    const command = bot.commands.find(({ name }) => name === interaction.commandName);
    const given = command ? meant(customer, command) : { values: {}, files: [] };
    const form = command && (await forms.forFiles(customer, command, given));
    return form ? respond(interaction, form) : counter.run(customer, interaction.commandName, given);
  }

  async function take(interaction: RepliableInteraction): Promise<void> {
    const customer = await customerOf(bot.studio, interaction);
    const { words } = customer;
    if (closing) return sayAlone(interaction, words.restarting);
    if (!interaction.inGuild()) return sayAlone(interaction, words.serversOnly);
    if (interaction.isButton()) return counter.press({ ...customer, interaction });
    if (interaction.isChatInputCommand()) return takeCommand({ ...customer, interaction });
    if (interaction.isMessageContextMenuCommand()) {
      return respond(interaction, await forms.ofMessage({ ...customer, interaction }));
    }
    if (!interaction.isModalSubmit()) return;
    const { command, given } = forms.sent({ ...customer, interaction });
    return counter.run(customer, command, given);
  }

  /** Problems raised on the way to a command are told like those of commands. */
  async function answer(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return counter.complete(interaction);
    if (!interaction.isRepliable()) return;
    try {
      await take(interaction);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      await sayAlone(interaction, error.problem.message);
    }
  }

  return {
    reopen: counter.reopen,

    hear(interaction) {
      if (heard.has(interaction.id)) return;
      heard.set(interaction.id, true);
      underWay.add(answer(interaction));
    },

    async close(milliseconds) {
      closing = true;
      await underWay.settle(milliseconds);
    },
  };
}
