import { manifestOf } from '../../adapters/slack/manifest/manifest.ts';
import { endWith } from '../../bin/support/arguments.ts';
import { loadCommands } from '../../commands/index.ts';
import { addressIn } from '../adapters/slack/platform.ts';
import { appSettings } from '../fakes/slack/app-settings.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { runLoad, type Stage } from './run.ts';
import { createCrowd } from './slack-crowd.ts';

/** `npm run bench:slack`: the bot as `npm start` runs it, its engine busy, and a stand-in for Slack full of people. */

const usage = (options: string) => `npm run bench:slack -- [options]
Runs the bot against a stand-in for Slack, installed in many workspaces, while its engine teaches without end, and prints as JSON how
soon it answers. Ends with 1 where a command was acknowledged after 3 s or not at all, was answered twice or never, or the memory that is held grew.

${options}
`;

async function open(servers: number): Promise<Stage> {
  const slack = await startFakeSlack();
  slack.use(manifestOf(await loadCommands(), { kind: 'http', address: 'https://bot.example' }));
  const teams = Array.from({ length: servers }, (_, index) =>
    slack.team(`workspace-${index + 1}`, { installed: false }),
  );
  return {
    environment: appSettings(slack),
    async crowd(greeting) {
      const address = addressIn(greeting);
      slack.delivery.address = `${address}/slack/events`;
      for (const team of teams) await slack.install(address, team);
      return createCrowd(slack, teams);
    },
    stop: slack.stop,
  };
}

const defaults = { servers: 50, commands: 2500, seconds: 300 };
runLoad({ servers: 'workspaces', defaults, greeting: 'On Slack', usage, open }).catch((error: unknown) =>
  endWith(error, usage('')),
);
