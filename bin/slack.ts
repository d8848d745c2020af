import { join } from 'node:path';
import { samplesRecord } from '../adapters/slack/home/samples.ts';
import { serverId } from '../adapters/slack/listening/members.ts';
import { manifestOf } from '../adapters/slack/manifest/manifest.ts';
import { yaml } from '../adapters/slack/manifest/yaml.ts';
import { createInstallations } from '../adapters/slack/workspaces/installations.ts';
import { loadCommands } from '../commands/index.ts';
import { openStore } from '../model-store/open.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith } from './support/arguments.ts';
import { placesOf, requireKept } from './support/places-of.ts';

/** `npm run slack`: prints the manifest that Slack makes the app from, and looks after where the app is installed. */

const usage = `npm run slack -- manifest            prints the manifest of the app for Socket Mode
npm run slack -- manifest ADDRESS    the same for HTTP, with the address that Slack reaches this machine at
npm run slack -- forget              gives up the installations that SLACK_ENCRYPTION_KEY does not decrypt, while the bot is stopped`;

async function printManifest(address: string | undefined): Promise<void> {
  if (address !== undefined && URL.parse(address)?.protocol !== 'https:') {
    raise('invalid-option', 'The address is one that begins with https://, such as https://bot.example.com');
  }
  const commands = await loadCommands();
  const meeting = address === undefined ? { kind: 'socket' as const } : { kind: 'http' as const, address };
  process.stdout.write(yaml(manifestOf(commands, meeting)));
}

const notMany =
  'Installations are kept of an app for many workspaces. Set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET and SLACK_ENCRYPTION_KEY.';

/** The workspaces have left until the app is installed there again. */
async function forget(): Promise<void> {
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const way = settings.slack?.way;
  if (way?.kind !== 'many') return raise('invalid-option', notMany);
  const places = placesOf(settings);
  requireKept(places);
  const store = unwrap(await openStore(places));
  try {
    const records = store.platform('slack');
    const installations = createInstallations({ records, key: way.key });
    const { open, locked } = await installations.teams();
    const due = Date.now() + settings.graceDays * 24 * 3600 * 1000;
    for (const team of locked) {
      await store.servers.departures.leave(serverId(team), due);
      await installations.remove(team);
      await records.remove(samplesRecord(team));
    }
    console.log(`Installations given up: ${locked.length}, kept: ${open.length}.`);
  } finally {
    await store.close();
  }
}

async function main([task, address, ...rest]: readonly string[]): Promise<void> {
  if (task === 'manifest' && rest.length === 0) return printManifest(address);
  if (task === 'forget' && address === undefined) return forget();
  raise('invalid-option', usage);
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
