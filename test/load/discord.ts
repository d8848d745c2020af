import { createRest } from '../../adapters/discord/client.ts';
import { registerCommands } from '../../adapters/discord/registration/registration.ts';
import { endWith } from '../../bin/support/arguments.ts';
import { loadCommands } from '../../commands/index.ts';
import { startFakeDiscord } from '../fakes/discord/index.ts';
import { createCrowd } from './discord-crowd.ts';
import { runLoad, type Stage } from './run.ts';

/** `npm run bench:discord`: the bot as `npm start` runs it, its engine busy, and a stand-in for Discord full of people. */

const usage = (options: string) => `npm run bench:discord -- [options]
Runs the bot against a stand-in for Discord while its engine teaches without end, and prints as JSON how soon it answers.
Ends with 1 where a command was acknowledged after 3 s or not at all, was answered twice or never, or the memory that is held grew.

${options}
`;

async function open(servers: number): Promise<Stage> {
  const discord = await startFakeDiscord();
  const { api, token, attachments, world } = discord;
  const guilds = Array.from({ length: servers }, (_, index) => discord.guild(`guild ${index + 1}`));
  await registerCommands(createRest(api, token), world.application, await loadCommands());
  return {
    environment: { DISCORD_TOKEN: token, DISCORD_API_URL: api, DISCORD_FILE_HOSTS: attachments.origin },
    crowd: async () => createCrowd(discord, guilds),
    stop: discord.stop,
  };
}

const defaults = { servers: 200, commands: 1000, seconds: 60 };
runLoad({ servers: 'guilds', defaults, greeting: 'On Discord as', usage, open }).catch((error: unknown) =>
  endWith(error, usage('')),
);
