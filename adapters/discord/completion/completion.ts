import type { APIApplicationCommandOptionChoice, AutocompleteInteraction } from 'discord.js';
import type { Bot, Log } from '../../../commands/bot/bot.ts';
import type { Command } from '../../../commands/command.ts';
import { raise } from '../../../src/result.ts';
import type { Given } from '../../given.ts';
import { within } from '../../within.ts';
import { languageFor, serverOf } from '../interactions/asker.ts';
import { type DiscordMessages, wordsFor } from '../locales/index.ts';
import { caretOf } from './caret.ts';
import { offersOf, omission } from './choices.ts';
import { createOffers } from './offers.ts';

type Values = Given['values'];

/** Completes options that are being typed, and understands what is sent of them. */
export interface Completion {
  /** What Discord is told for an option that is being typed. */
  choices(interaction: AutocompleteInteraction): Promise<APIApplicationCommandOptionChoice<string>[]>;
  /** The options of a command as they were meant: choices as what they stand for. Raises 'invalid-option' where that is lost. */
  meant(
    sent: { readonly user: string; readonly words: DiscordMessages['completion'] },
    command: Command,
    values: Values,
  ): Values;
}

export interface CompletionOptions {
  readonly bot: Bot;
  readonly log: Log;
  /** Milliseconds after which nothing more is looked for. */
  readonly patience: number;
}

const keyOf = (user: string, command: string, option: string) => `${user}/${command}/${option}`;

/** Answers with no choices where nothing is found within `patience`, or what looks for them fails. */
export function createCompletion({ bot, log, patience }: CompletionOptions): Completion {
  const offers = createOffers();

  return {
    async choices(interaction) {
      const { commandName: command, user } = interaction;
      const locale = await languageFor(bot.studio, interaction);
      const { name: option, value: given } = interaction.options.getFocused(true);
      const key = keyOf(user.id, command, option);
      const { full, caret, page } = offers.read(key, given, caretOf(given, offers.last(key)));
      const typing = { server: serverOf(interaction), locale, command, option };
      const found = bot.complete({ ...typing, typed: full, caret }).catch((error: unknown) => {
        log.error({ error, command }, 'nothing was found to complete an option');
        return [];
      });
      const suggestions = (await within(patience, found)) ?? [];
      const offered = offersOf({ typed: full, suggestions, page, more: wordsFor(locale).completion.more });
      offers.remember(key, given, offered);
      return offered.map(({ name, value }) => ({ name, value }));
    },

    meant({ user, words }, command, values) {
      const meant = Object.entries(values).map(([name, value]) => {
        const option = command.options[name];
        if (typeof value !== 'string' || option?.type !== 'string' || !option.complete) return [name, value];
        const { full } = offers.read(keyOf(user, command.name, name), value);
        const lost = full === value && (value.startsWith(omission) || value.endsWith(omission));
        return [name, lost ? raise('invalid-option', words.forgotten) : full];
      });
      return Object.fromEntries(meant);
    },
  };
}
