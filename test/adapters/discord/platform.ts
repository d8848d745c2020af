import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PermissionFlagsBits as flags } from 'discord.js';
import { createDiscordAdapter } from '../../../adapters/discord/adapter.ts';
import { createRest } from '../../../adapters/discord/client.ts';
import { registerCommands } from '../../../adapters/discord/registration/registration.ts';
import type { Bot } from '../../../commands/bot/bot.ts';
import type { Role } from '../../../commands/bot/role.ts';
import { type FakeDiscord, startFakeDiscord } from '../../fakes/discord/index.ts';
import { answerOf } from '../../fakes/discord/interactions.ts';
import { readMarkdown } from '../../fakes/discord/markdown.ts';
import type { DiscordPerson } from '../../fakes/discord/person.ts';
import type { FakeInteraction, FakeMessage, MessageState } from '../../fakes/discord/world.ts';
import type { Given, Person, Platform, SeenMessage } from '../conformance.ts';

const quiet = { info: () => {}, error: () => {} };
const member = flags.ViewChannel | flags.SendMessages;

/** What members of that role may do on Discord. */
export const permissionsOf: Readonly<Record<Role, bigint>> = {
  everyone: member,
  teacher: member | flags.AttachFiles,
  administrator: member | flags.AttachFiles | flags.ManageGuild,
};

/** A stand-in for Discord that outlives the bot, and the bot on it. Its administrators have opened /forget to everyone. */
export function createDiscordPlatform(): {
  start(services: { readonly bot: Bot }): Promise<Platform>;
  tidyUp(): Promise<void>;
} {
  const started = startFakeDiscord();
  const made = mkdtemp(join(tmpdir(), 'keepsake-discord-'));

  async function start({ bot }: { readonly bot: Bot }): Promise<Platform> {
    const discord = await started;
    const { api, token, attachments, world } = discord;
    await registerCommands(createRest(api, token), world.application, bot.commands);
    const times = { pace: 10 };
    const files = [attachments.origin];
    const folder = await made;
    const adapter = createDiscordAdapter({ bot, log: quiet, token, api, files, folder, times });
    await adapter.start();
    return {
      person: async (name, role) => createPlatformPerson(discord, discord.person(name, permissionsOf[role])),
      async server(name) {
        const guild = discord.guild(name);
        guild.opened.add('forget');
        return `discord:${guild.id}`;
      },
      stop: () => adapter.stop(),
    };
  }

  return {
    start,
    async tidyUp() {
      await (await started).stop();
      await rm(await made, { recursive: true });
    },
  };
}

function createPlatformPerson(discord: FakeDiscord, person: DiscordPerson): Person {
  const { world, wire, attachments } = discord;
  const channelOf = (server: string) => world.guilds.get(server.slice('discord:'.length))!.channels[0]!.id;

  const answer = (interaction: FakeInteraction, fits: (message: FakeMessage) => boolean) =>
    wire.until(() => {
      const found = answerOf(world, interaction);
      return found && fits(found) && found;
    });

  function pictures(options: Given) {
    const bytes = Object.values(options).flatMap((value) => (typeof value === 'object' ? value : []));
    return bytes.map((one, index) => attachments.keep(one, { name: `${index}.png` }));
  }

  /** As the client does it: up to six pictures with the command, none by a form; and more by the form, as no client does. */
  async function send(channel: string, command: string, options: Given): Promise<FakeInteraction> {
    const files = pictures(options);
    const values = Object.fromEntries(
      Object.entries(options).flatMap(([name, value]) => (typeof value === 'object' ? [] : [[name, value]])),
    );
    const opened = person.slash(channel, command, values, files.length > 6 ? [] : files);
    await wire.until(() => opened.acknowledged);
    return opened.acknowledged === 9 ? person.submit(opened, values, files) : opened;
  }

  return {
    async use(server, command, options = {}, untilDone = true) {
      const sent = await send(channelOf(server), command, options);
      const enough = (message: FakeMessage) => !message.loading && (!untilDone || !isWorking(message.state));
      return seen(await answer(sent, enough));
    },

    async press(_, { id }, label) {
      const message = world.messages.get(id)!;
      const buttons = message.state.components.flatMap(({ components }) => components);
      const button = buttons.find((one) => one.label === label);
      if (!button) throw new Error(`There is no button ${label}`);
      const pressed = person.press(message, button.custom_id);
      await wire.until(() => pressed.acknowledged);
      if (pressed.acknowledged === 6 || pressed.acknowledged === 7) return undefined;
      return seen(await answer(pressed, ({ loading, state }) => !loading && !isWorking(state)));
    },

    messages: async (server) => discord.seenBy(person, channelOf(server)).map(seen),

    async progress(server) {
      const states = discord
        .seenBy(person, channelOf(server))
        .flatMap(({ earlier, state }) => [...earlier, state]);
      return states.filter(isWorking).map(({ content }) => readMarkdown(content).text);
    },
  };
}

/** A message that shows progress has a button to stop it. */
export function isWorking({ components }: MessageState): boolean {
  return components.some((row) => row.components.some(({ custom_id }) => custom_id.startsWith('cancel/')));
}

/** Pictures are what has words for those who cannot see them. */
function seen({ id, state, alone }: FakeMessage): SeenMessage {
  const { text, marked } = readMarkdown(state.content);
  const isPicture = ({ description }: { readonly description?: string }) => description !== undefined;
  return {
    id,
    text,
    marked,
    pictures: state.attachments.filter(isPicture).map(({ bytes }) => bytes!),
    files: state.attachments
      .filter((attachment) => !isPicture(attachment))
      .map(({ filename, bytes }) => ({ name: filename, bytes: bytes! })),
    buttons: state.components.flatMap(({ components }) => components.map(({ label }) => label)),
    personal: alone !== undefined,
  };
}
