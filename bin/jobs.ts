import { join } from 'node:path';
import { dropJob, type JobLine, jobLines, retryJob } from '../commands/bot/dead-jobs.ts';
import { openStore } from '../model-store/open.ts';
import type { Ledger } from '../model-store/store.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith } from './support/arguments.ts';
import { placesOf } from './support/places-of.ts';

/** `npm run jobs`: looks at the jobs that were accepted and have not ended, while the bot is stopped. */

const usage = `npm run jobs -- list        shows the jobs that wait for the next start, and those that were given up, with the reason
npm run jobs -- retry ID    has the next start take up one that was given up
npm run jobs -- drop ID     deletes one

The bot is to be stopped meanwhile, and all bots where STORE_URL is set.`;

async function main([task, id, ...rest]: readonly string[]): Promise<void> {
  const listing = task === 'list' && id === undefined;
  const changing = (task === 'retry' || task === 'drop') && id !== undefined && rest.length === 0;
  if (!listing && !changing) return raise('invalid-option', usage);
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const store = unwrap(await openStore(placesOf(settings)));
  try {
    if (id === undefined) await list(store.ledger);
    else if (task === 'retry')
      console.log(`${shown(await retryJob(store.ledger, id))}\nThe next start takes it up.`);
    else console.log(`${shown(await dropJob(store.ledger, id))}\nIt is deleted.`);
  } finally {
    await store.close();
  }
}

async function list(ledger: Ledger): Promise<void> {
  const lines = await jobLines(ledger);
  const dead = lines.filter((line) => line.dead !== undefined);
  for (const line of lines) console.log(shown(line));
  console.log(`${lines.length - dead.length} wait for the next start, ${dead.length} were given up.`);
}

function shown({ id, server, command = '?', at, dead }: JobLine): string {
  const since = at === undefined ? '' : ` since ${new Date(at).toISOString()}`;
  return `${id}  /${command} on ${server}${since}  ${dead === undefined ? 'waits' : `given up: ${dead}`}`;
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
