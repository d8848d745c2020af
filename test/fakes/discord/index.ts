import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PermissionFlagsBits as flags } from 'discord.js';
import { type Clock, createClock } from '../clock.ts';
import { createApi } from './api.ts';
import { type AttachmentHost, startAttachmentHost } from './attachment-host.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { channelJson, guildJson, roleJson } from './payloads.ts';
import { createPerson, type DiscordPerson } from './person.ts';
import { routes } from './routes/index.ts';
import { createWire, type Wire } from './wire.ts';
import {
  createWorld,
  type FakeChannel,
  type FakeGuild,
  type FakeMessage,
  type FakeRole,
  type World,
} from './world.ts';

/** A stand-in for Discord on this machine: its API, its gateway and its attachments. */
export interface FakeDiscord {
  /** Address of the API, as the library wants it. */
  readonly api: string;
  readonly token: string;
  readonly clock: Clock;
  readonly world: World;
  readonly wire: Wire;
  readonly faults: Faults;
  readonly gateway: Gateway;
  readonly attachments: AttachmentHost;
  /** Makes a guild with one channel, which the bot has joined. */
  guild(name: string): FakeGuild;
  /** Makes another channel, or a thread, which the bot is told of unless it is a thread. */
  channel(guild: FakeGuild, options?: Partial<FakeChannel>): FakeChannel;
  /** Makes a role, which the bot is told of. */
  role(guild: FakeGuild, name: string): FakeRole;
  /** Somebody who may do that in every channel; the same name is the same person. */
  person(name: string, permissions: bigint, locale?: string): DiscordPerson;
  /** Takes the bot out of a guild. */
  leave(guild: FakeGuild): void;
  /** The messages of a channel that the person sees, oldest first. */
  seenBy(person: DiscordPerson, channel: string): readonly FakeMessage[];
  stop(): Promise<void>;
}

/** What the invite link gives the bot. */
export const invited: bigint =
  flags.ViewChannel | flags.SendMessages | flags.SendMessagesInThreads | flags.AttachFiles;

/** Starts it on free ports of the loopback interface. */
export async function startFakeDiscord(): Promise<FakeDiscord> {
  const clock = createClock();
  const world = createWorld(clock);
  const wire = createWire();
  const faults = createFaults();
  let port = 0;
  const gatewayAddress = () => `ws://127.0.0.1:${port}/gateway`;
  const handle = createApi({ world, wire, faults, routes: routes(gatewayAddress) });
  const server = createServer((request, response) => void handle(request, response));
  const gateway = createGateway(server, world, wire, gatewayAddress);
  const attachments = await startAttachmentHost(world);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;

  function channel(guild: FakeGuild, options: Partial<FakeChannel> = {}): FakeChannel {
    const made: FakeChannel = {
      id: world.newId(),
      guild: guild.id,
      name: 'general',
      thread: false,
      botPermissions: invited,
      ...options,
    };
    guild.channels.push(made);
    return made;
  }

  return {
    api: `http://127.0.0.1:${port}/api`,
    token: world.token,
    clock,
    world,
    wire,
    faults,
    gateway,
    attachments,
    channel(guild, options) {
      const made = channel(guild, options);
      if (!made.thread) gateway.dispatch('CHANNEL_CREATE', channelJson(made));
      return made;
    },
    guild(name) {
      const guild: FakeGuild = { id: world.newId(), name, channels: [], roles: [], opened: new Set() };
      world.guilds.set(guild.id, guild);
      channel(guild);
      gateway.dispatch('GUILD_CREATE', guildJson(world, guild));
      return guild;
    },
    role(guild, name) {
      const role: FakeRole = { id: world.newId(), name };
      guild.roles.push(role);
      gateway.dispatch('GUILD_ROLE_CREATE', { guild_id: guild.id, role: roleJson(role) });
      return role;
    },
    person(name, permissions, locale = 'en-US') {
      const known = [...world.users.values()].find((user) => user.name === name);
      const user = known ?? { id: world.newId(), name, roles: new Set<string>() };
      world.users.set(user.id, user);
      return createPerson(world, gateway, user, permissions, locale);
    },
    leave(guild) {
      world.guilds.delete(guild.id);
      gateway.dispatch('GUILD_DELETE', { id: guild.id });
    },
    seenBy: ({ user }, id) =>
      [...world.messages.values()].filter(
        ({ channel: where, deleted, alone }) =>
          where === id && !deleted && (alone === undefined || alone === user.id),
      ),
    async stop() {
      gateway.close();
      await attachments.stop();
      await new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      });
    },
  };
}
