import { join } from 'node:path';
import { createRest } from '../adapters/discord/client.ts';
import { refusalOf } from '../adapters/discord/messages/refusal.ts';
import {
  applicationId,
  inviteLink,
  registerCommands,
} from '../adapters/discord/registration/registration.ts';
import { loadCommands } from '../commands/index.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith } from './support/arguments.ts';

/** `npm run discord`: tells Discord of the commands, or prints the link that invites the bot to a server. */

const usage = `npm run discord -- register   tells Discord of the commands, where they have changed
npm run discord -- invite     prints the link that invites the bot to a server`;

async function main(task: string | undefined): Promise<void> {
  if (task !== 'register' && task !== 'invite') raise('invalid-option', usage);
  const { discord } = unwrap(loadSettings(join(import.meta.dirname, '..')));
  if (!discord) {
    raise(
      'invalid-option',
      'DISCORD_TOKEN is not set. Set it to the token of the bot, in the environment or in .env.',
    );
  }
  const rest = createRest(discord.api, discord.token);
  const application = await applicationId(rest);
  if (task === 'invite') return console.log(inviteLink(application));
  const changed = await registerCommands(rest, application, await loadCommands());
  console.log(
    changed ? 'Discord knows the commands now.' : 'Discord knows the commands already; nothing has changed.',
  );
}

await main(process.argv[2]).catch((error: unknown) => {
  const refusal = refusalOf(error);
  if (refusal instanceof Error && refusal.name === 'DiscordRefusal') {
    console.error(`${refusal.message}. See whether DISCORD_TOKEN is right and this machine is online.`);
    process.exitCode = 1;
  } else endWith(refusal, usage);
});
