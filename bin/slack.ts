import { manifestOf } from '../adapters/slack/manifest/manifest.ts';
import { yaml } from '../adapters/slack/manifest/yaml.ts';
import { loadCommands } from '../commands/index.ts';
import { raise } from '../src/result.ts';
import { endWith } from './support/arguments.ts';

/** `npm run slack`: prints the manifest that Slack makes the app from. */

const usage = `npm run slack -- manifest            prints the manifest of the app for Socket Mode
npm run slack -- manifest ADDRESS    the same for HTTP, with the address that Slack reaches this machine at`;

async function main(task: string | undefined, address: string | undefined): Promise<void> {
  if (task !== 'manifest') raise('invalid-option', usage);
  if (address !== undefined && URL.parse(address)?.protocol !== 'https:') {
    raise('invalid-option', 'The address is one that begins with https://, such as https://bot.example.com');
  }
  const commands = await loadCommands();
  const meeting = address === undefined ? { kind: 'socket' as const } : { kind: 'http' as const, address };
  process.stdout.write(yaml(manifestOf(commands, meeting)));
}

await main(process.argv[2], process.argv[3]).catch((error: unknown) => endWith(error, usage));
