import { PermissionFlagsBits as flags } from 'discord.js';
import type { Gateway } from './gateway.ts';
import { type Doing, interact } from './interactions.ts';
import { channelJson, messageJson, roleJson, userJson } from './payloads.ts';
import type { FakeAttachment, FakeGuild, FakeInteraction, FakeMessage, FakeUser, World } from './world.ts';

type Value = string | number | boolean;

/** A person on Discord, with its client in their hands: what it would not let them do throws. */
export interface DiscordPerson {
  readonly user: FakeUser;
  /** Sends a slash command; members, roles and channels are chosen by their ids; attachments take the options for them, in their order. */
  slash(
    channel: string,
    command: string,
    values?: Readonly<Record<string, Value>>,
    attachments?: readonly FakeAttachment[],
  ): FakeInteraction;
  /** Types an option of a slash command, so far. */
  type(channel: string, command: string, option: string, typed: string): FakeInteraction;
  /** Chooses an entry of a message's menu. */
  menu(channel: string, message: FakeMessage, entry: string): FakeInteraction;
  /** Sends a form that was opened, with what was filled in. */
  submit(
    form: FakeInteraction,
    values: Readonly<Record<string, Value>>,
    attachments?: readonly FakeAttachment[],
  ): FakeInteraction;
  press(message: FakeMessage, customId: string): FakeInteraction;
  /** Posts a message. */
  say(channel: string, content: string, attachments?: readonly FakeAttachment[]): FakeMessage;
}

interface Registered {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly default_member_permissions: string | null;
  readonly options?: readonly {
    readonly name: string;
    readonly type: number;
    readonly required?: boolean;
    readonly autocomplete?: boolean;
  }[];
}

const slashType = 1;
const menuType = 3;
const userType = 6;
const channelType = 7;
const roleType = 8;
const attachmentType = 11;

export function createPerson(
  world: World,
  gateway: Gateway,
  user: FakeUser,
  permissions: bigint,
  locale: string,
): DiscordPerson {
  const doing = (channel: string): Doing => ({ user, channel, permissions, locale });
  const guildOf = (channel: string) =>
    [...world.guilds.values()].find(({ channels }) => channels.some(({ id }) => id === channel));

  function offered(channel: string, type: number, name: string): Registered {
    const commands = world.commands as unknown as readonly Registered[];
    const command = commands.find((one) => one.type === type && one.name === name);
    if (!command) throw new Error(`Discord knows no command ${name}`);
    const needed = BigInt(command.default_member_permissions ?? 0);
    const opened = guildOf(channel)?.opened.has(name) || (permissions & flags.Administrator) !== 0n;
    if (!opened && (permissions & needed) !== needed)
      throw new Error(`${name} is not offered to ${user.name}`);
    return command;
  }

  function optionsJson(command: Registered, values: Readonly<Record<string, Value>>) {
    return Object.entries(values).map(([name, value]) => {
      const option = command.options?.find((one) => one.name === name);
      if (!option) throw new Error(`${command.name} has no option ${name}`);
      return { name, type: option.type, value };
    });
  }

  function attachmentsJson(command: Registered, attachments: readonly FakeAttachment[]) {
    const places = (command.options ?? []).filter(({ type }) => type === attachmentType);
    if (attachments.length > places.length)
      throw new Error(`${command.name} takes ${places.length} attachments`);
    return attachments.map(({ id }, index) => ({
      name: places[index]!.name,
      type: attachmentType,
      value: id,
    }));
  }

  return {
    user,
    slash(channel, name, values = {}, attachments = []) {
      const command = offered(channel, slashType, name);
      const options = [...optionsJson(command, values), ...attachmentsJson(command, attachments)];
      const lacking = command.options?.find(
        (one) => one.required && !options.some((given) => given.name === one.name),
      );
      if (lacking) throw new Error(`${name} needs ${lacking.name}`);
      const chosen = resolved(attachments, chosenOf(world, guildOf(channel), options));
      const data = { id: command.id, name, type: slashType, options, ...chosen };
      return interact(world, gateway, doing(channel), 2, data);
    },

    type(channel, name, option, typed) {
      const command = offered(channel, slashType, name);
      if (!command.options?.find((one) => one.name === option)?.autocomplete) {
        throw new Error(`${option} is not completed`);
      }
      const options = [{ name: option, type: 3, value: typed, focused: true }];
      const data = { id: command.id, name, type: slashType, options };
      return interact(world, gateway, doing(channel), 4, data);
    },

    menu(channel, message, entry) {
      const command = offered(channel, menuType, entry);
      const messages = { [message.id]: messageJson(world, message) };
      const data = {
        id: command.id,
        name: entry,
        type: menuType,
        target_id: message.id,
        resolved: { messages },
      };
      return interact(world, gateway, doing(channel), 2, data);
    },

    submit(form, values, attachments = []) {
      const { custom_id, components } = form.data as unknown as FormJson;
      const filled = components.map((part) => filledIn(part, values, attachments));
      const data = { custom_id, components: filled, ...resolved(attachments) };
      return interact(world, gateway, doing(form.channel), 5, data);
    },

    press(message, customId) {
      const there = message.state.components.some(({ components }) =>
        components.some(({ custom_id }) => custom_id === customId),
      );
      if (message.deleted || !there) throw new Error(`There is no button ${customId}`);
      if (message.alone !== undefined && message.alone !== user.id)
        throw new Error('That message is for another');
      const pressed = { id: message.id, json: messageJson(world, message) };
      const data = { custom_id: customId, component_type: 2 };
      return interact(world, gateway, doing(message.channel), 3, data, pressed);
    },

    say(channel, content, attachments = []) {
      const message: FakeMessage = {
        id: world.newId(),
        channel,
        author: user.id,
        createdAt: world.clock.now(),
        notified: [],
        loading: false,
        deleted: false,
        state: { content, attachments, components: [] },
        earlier: [],
      };
      world.messages.set(message.id, message);
      return message;
    },
  };
}

interface FormJson {
  readonly custom_id: string;
  readonly components: readonly {
    readonly type: number;
    readonly id?: number;
    readonly component?: { readonly type: number; readonly custom_id: string; readonly value?: string };
  }[];
}

/** What the client sends of a part of a form: what was typed, or else what stood there already. */
function filledIn(
  { type, component }: FormJson['components'][number],
  values: Readonly<Record<string, Value>>,
  attachments: readonly FakeAttachment[],
) {
  if (!component) return { type, id: 1 };
  const { type: kind, custom_id, value: before = '' } = component;
  const value = String(values[custom_id] ?? before);
  const common = { type: kind, id: 1, custom_id };
  if (kind === 19) return { type, id: 1, component: { ...common, values: attachments.map(({ id }) => id) } };
  if (kind === 3) return { type, id: 1, component: { ...common, values: value === '' ? [] : [value] } };
  return { type, id: 1, component: { ...common, value } };
}

/** What Discord tells of the roles and channels that were chosen, which must be there. */
function chosenOf(
  world: World,
  guild: FakeGuild | undefined,
  options: readonly { readonly type: number; readonly value: Value }[],
) {
  const valuesOf = (type: number) =>
    options.filter((option) => option.type === type).map(({ value }) => value);
  const find = <T extends { readonly id: string }>(all: readonly T[] = [], id: Value): T => {
    const found = all.find((one) => one.id === id);
    if (!found) throw new Error(`There is no ${id} to choose`);
    return found;
  };
  return {
    roles: valuesOf(roleType).map((id) => roleJson(find(guild?.roles, id))),
    users: valuesOf(userType).map((id) => userJson(world, find([...world.users.values()], id))),
    channels: valuesOf(channelType).map((id) => channelJson(find(guild?.channels, id))),
  };
}

function resolved(
  attachments: readonly FakeAttachment[],
  { users, roles, channels }: ReturnType<typeof chosenOf> = { users: [], roles: [], channels: [] },
): object {
  const files = attachments.map(({ bytes: _, ...attachment }) => ({
    ...attachment,
    proxy_url: attachment.url,
    ephemeral: true,
  }));
  const all = Object.entries({ attachments: files, users, roles, channels }).filter(
    ([, some]) => some.length > 0,
  );
  const byId = all.map(([name, some]) => [name, Object.fromEntries(some.map((one) => [one.id, one]))]);
  return byId.length === 0 ? {} : { resolved: Object.fromEntries(byId) };
}
