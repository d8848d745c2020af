import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { AttachmentOption, Command, Option, StringOption } from '../../../commands/command.ts';
import { permissionFor } from './permissions.ts';

type CommandJson = RESTPutAPIApplicationCommandsJSONBody[number];

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
  return Array.from({ length: maximum }, (_, index) => `${each}${index + 1}`);
}

function slashJson(command: Command): CommandJson {
  const options = Object.entries(command.options).flatMap(([name, option]) => optionJson(name, option));
  return {
    ...commonJson(command),
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: command.description,
    options,
  };
}

function menuJson(command: Command, menu: string): CommandJson {
  return { ...commonJson(command), type: ApplicationCommandType.Message, name: menu };
}

/** In servers alone, for concepts belong to servers. */
function commonJson({ access, offeredTo = access }: Command) {
  return {
    default_member_permissions: permissionFor(offeredTo),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

/** Files are never required: without them a form opens that asks for them. */
function optionJson(name: string, option: Option): APIApplicationCommandBasicOption[] {
  if (option.type !== 'attachment') return [valueJson(name, option)];
  return attachmentNames(option).map((single, index) => ({
    type: ApplicationCommandOptionType.Attachment,
    name: single,
    description: index === 0 ? option.description : `Number ${index + 1} of up to ${option.maximum}`,
    required: false,
    file_types: ['image'],
  }));
}

function valueJson(
  name: string,
  option: Exclude<Option, AttachmentOption>,
): APIApplicationCommandBasicOption {
  const common = { name, description: option.description, required: option.required === true };
  if (option.type === 'boolean') return { ...common, type: ApplicationCommandOptionType.Boolean };
  if (option.type === 'string') return { ...common, ...stringJson(option) };
  const { minimum: min_value, maximum: max_value } = option;
  return option.type === 'integer'
    ? { ...common, type: ApplicationCommandOptionType.Integer, min_value, max_value }
    : { ...common, type: ApplicationCommandOptionType.Number, min_value, max_value };
}

function stringJson({ choices, complete, maxLength }: StringOption) {
  const type = ApplicationCommandOptionType.String as const;
  if (choices) return { type, choices: choices.map((value) => ({ name: value, value })) };
  const max_length = Math.min(maxLength, longestString);
  return complete ? { type, max_length, autocomplete: true as const } : { type, max_length };
}
