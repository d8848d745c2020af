import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  type LocalizationMap,
  type RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';
import { isNamed } from '../../../commands/bot/options.ts';
import type {
  AttachmentOption,
  Command,
  NamedOption,
  Option,
  StringOption,
} from '../../../commands/command.ts';
import {
  type CommandWords,
  localeNames,
  messagesIn,
  type OptionWords,
} from '../../../commands/locales/index.ts';
import { discordLocales } from '../locales/index.ts';
import { permissionFor } from './permissions.ts';

type CommandJson = RESTPutAPIApplicationCommandsJSONBody[number];

/** Where commands can be sent; those of a thread are in its channel. */
const channelTypes = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const;

/** The longest value of a text option that Discord takes. */
const longestString = 6000;

/** What Discord is told of the commands: each as a slash command, and those with a menu entry in the menus of messages too. */
export function commandsJson(commands: readonly Command[]): RESTPutAPIApplicationCommandsJSONBody {
  return commands.flatMap((command) => {
    const menu = command.menu === undefined ? [] : [menuJson(command, command.menu)];
    return [slashJson(command), ...menu];
  });
}

/** The names of the single options that stand for an option with several files: image1, image2 and so on. */
export function attachmentNames({ each, maximum }: AttachmentOption): readonly string[] {
  return maximum === 1 ? [each] : Array.from({ length: maximum }, (_, index) => `${each}${index + 1}`);
}

function slashJson(command: Command): CommandJson {
  const { name, description } = command;
  const options = Object.entries(command.options).flatMap(([option, declared]) =>
    optionJson({ command, name: option, wordsOf: (words) => words.options[option] }, declared),
  );
  return {
    ...commonJson(command),
    type: ApplicationCommandType.ChatInput,
    name,
    description,
    name_localizations: localized(command, name, (words) => words.name),
    description_localizations: localized(command, description, (words) => words.description),
    options,
  };
}

function menuJson(command: Command, menu: string): CommandJson {
  return {
    ...commonJson(command),
    type: ApplicationCommandType.Message,
    name: menu,
    name_localizations: localized(command, menu, (words) => words.menu),
  };
}

/**
 * A text in every language that it is known in. The default is said to be American English, so that clients in another
 * English fall back to it and to nothing else.
 */
function localized(
  { name }: Command,
  original: string,
  textIn: (words: CommandWords) => string | undefined,
): LocalizationMap {
  const others = localeNames.flatMap((locale) => {
    const words = messagesIn(locale).commands[name];
    const text = words && textIn(words);
    return text === undefined ? [] : [[discordLocales[locale], text] as const];
  });
  return { [discordLocales.en]: original, ...Object.fromEntries(others) };
}

/** In servers alone, for concepts belong to servers. */
function commonJson({ access, offeredTo = access }: Command) {
  return {
    default_member_permissions: permissionFor(offeredTo),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

/** An option, and what it is called in each language. */
interface Named {
  readonly command: Command;
  readonly name: string;
  readonly wordsOf: (words: CommandWords) => OptionWords | undefined;
}

function optionJson(named: Named, option: Option): APIApplicationCommandBasicOption[] {
  return option.type === 'attachment' ? filesJson(named, option) : [valueJson(named, option)];
}

/** Files are never required: without them a form opens that asks for them. */
function filesJson(
  { command, wordsOf }: Named,
  option: AttachmentOption,
): APIApplicationCommandBasicOption[] {
  const { maximum } = option;
  return attachmentNames(option).map((name, index) => {
    const number = index + 1;
    const description = index === 0 ? option.description : `Number ${number} of up to ${maximum}`;
    return {
      type: ApplicationCommandOptionType.Attachment,
      name,
      description,
      name_localizations: localized(command, name, (words) => {
        const each = wordsOf(words)?.each;
        return each && maximum > 1 ? `${each}${number}` : each;
      }),
      description_localizations: localized(command, description, (words) =>
        index === 0 ? wordsOf(words)?.description : wordsOf(words)?.next?.(number, maximum),
      ),
      required: false,
      ...(!option.anyFile && { file_types: ['image'] }),
    };
  });
}

function valueJson(
  { command, name, wordsOf }: Named,
  option: Exclude<Option, AttachmentOption>,
): APIApplicationCommandBasicOption {
  const common = {
    name,
    description: option.description,
    name_localizations: localized(command, name, (words) => wordsOf(words)?.name),
    description_localizations: localized(command, option.description, (words) => wordsOf(words)?.description),
    required: option.required === true,
  };
  if (option.type === 'boolean') return { ...common, type: ApplicationCommandOptionType.Boolean };
  if (option.type === 'string') return { ...common, ...stringJson({ command, name, wordsOf }, option) };
  if (isNamed(option)) return { ...common, ...namedJson(option) };
  const { minimum: min_value, maximum: max_value } = option;
  return option.type === 'integer'
    ? { ...common, type: ApplicationCommandOptionType.Integer, min_value, max_value }
    : { ...common, type: ApplicationCommandOptionType.Number, min_value, max_value };
}

function namedJson({ type }: NamedOption) {
  if (type === 'user') return { type: ApplicationCommandOptionType.User as const };
  return type === 'role'
    ? { type: ApplicationCommandOptionType.Role as const }
    : { type: ApplicationCommandOptionType.Channel as const, channel_types: [...channelTypes] };
}

function stringJson({ command, wordsOf }: Named, { choices, complete, maxLength }: StringOption) {
  const type = ApplicationCommandOptionType.String as const;
  if (choices) {
    const named = choices.map((value) => ({
      name: value,
      value,
      name_localizations: localized(command, value, (words) => wordsOf(words)?.choices?.[value]),
    }));
    return { type, choices: named };
  }
  const max_length = Math.min(maxLength, longestString);
  return complete ? { type, max_length, autocomplete: true as const } : { type, max_length };
}
