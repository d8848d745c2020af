import {
  type APIInteractionResponse,
  type ChatInputCommandInteraction,
  type Interaction,
  InteractionResponseType,
  type RepliableInteraction,
} from 'discord.js';
import { LRUCache } from 'lru-cache';
import { type RichText, text } from '../../../commands/bot/rich-text.ts';
import { ProblemError } from '../../../src/result.ts';
import { addressOf } from './asker.ts';
import { type CounterOptions, createCounter } from './counter.ts';
import { createCourier } from '../messages/courier.ts';
import { createForms } from '../forms/forms.ts';
import { personal, plainMessage } from '../messages/messages.ts';
import { givenOptions } from './options.ts';
import { kindOf } from '../messages/refusal.ts';

/** Where what people do on Discord arrives. */
export interface Desk {
  /** Answers it; never throws. The same one twice is answered once. */
  hear(interaction: Interaction): void;
  /** Answers new ones with a word about that; resolves when all that was heard is answered, at most after `milliseconds`. */
  close(milliseconds: number): Promise<void>;
}

/** More than come in the minutes that Discord keeps what a resumed connection may be told twice. */
const mostRemembered = 10_000;
const restarting = text`I am being restarted. Send that again in a minute.`;
const serversOnly = text`What I learn belongs to a server, so I work in servers only.`;

export function createDesk(options: CounterOptions): Desk {
  const { bot, log, rest } = options;
  const heard = new LRUCache<string, true>({ max: mostRemembered });
  const active = new Set<Promise<void>>();
  const counter = createCounter(options);
  const forms = createForms(bot);
  let closing = false;

  const respond = (interaction: RepliableInteraction, response: APIInteractionResponse) =>
    createCourier(rest, addressOf(interaction)).respond(response);

  function sayAlone(interaction: RepliableInteraction, words: RichText): Promise<void> {
    const data = personal(plainMessage(words)).body;
    return respond(interaction, { type: InteractionResponseType.ChannelMessageWithSource, data });
  }

  async function takeCommand(interaction: ChatInputCommandInteraction): Promise<void> {
    const command = bot.commands.find(({ name }) => name === interaction.commandName);
    const given = command ? givenOptions(command, interaction.options.data) : { values: {}, files: [] };
    const form = command && (await forms.forFiles(interaction, command, given));
    return form ? respond(interaction, form) : counter.run(interaction, interaction.commandName, given);
  }

  async function take(interaction: RepliableInteraction): Promise<void> {
    if (closing) return sayAlone(interaction, restarting);
    if (!interaction.inGuild()) return sayAlone(interaction, serversOnly);
    if (interaction.isButton()) return counter.press(interaction);
    if (interaction.isChatInputCommand()) return takeCommand(interaction);
    if (interaction.isMessageContextMenuCommand()) {
      return respond(interaction, await forms.ofMessage(interaction));
    }
    if (!interaction.isModalSubmit()) return;
    const { command, given } = forms.sent(interaction);
    return counter.run(interaction, command, given);
  }

  /** Problems raised on the way to a command are told like those of commands. */
  async function answer(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return counter.complete(interaction);
    if (!interaction.isRepliable()) return;
    try {
      await take(interaction);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      await sayAlone(interaction, text`${error.problem.message}`);
    }
  }

  return {
    hear(interaction) {
      if (heard.has(interaction.id)) return;
      heard.set(interaction.id, true);
      const work = answer(interaction)
        .catch((error: unknown) => {
          if (kindOf(error) !== 'too-late') log.error({ error }, 'an interaction could not be answered');
        })
        .finally(() => active.delete(work));
      active.add(work);
    },

    async close(milliseconds) {
      closing = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, milliseconds);
      });
      await Promise.race([Promise.all(active), late]);
      clearTimeout(timer);
    },
  };
}
