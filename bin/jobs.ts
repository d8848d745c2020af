import { join } from 'node:path';
import { dropJob, givenUp, type JobLine, jobLines, retryJob } from '../commands/bot/dead-jobs.ts';
import { openStore } from '../model-store/open.ts';
import type { Ledger } from '../model-store/store.ts';
import { printable } from '../src/printable.ts';
import { attempt, raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith } from './support/arguments.ts';
import { placesOf, requireKept } from './support/places-of.ts';

/** `npm run jobs`: looks at the jobs that were accepted and have not ended, while the bot is stopped. */

const usage = `npm run jobs -- list        shows the jobs that wait for the next start, and those that were given up, with the reason
npm run jobs -- retry ID    has the next start take up one that was given up; all of them with all in place of the ID
npm run jobs -- drop ID     deletes one; with all, all that were given up

The bot is to be stopped meanwhile, and all bots where STORE_URL is set.`;

async function main([task, id, ...rest]: readonly string[]): Promise<void> {
  const listing = task === 'list' && id === undefined;
  const changing = (task === 'retry' || task === 'drop') && id !== undefined && rest.length === 0;
  if (!listing && !changing) return raise('invalid-option', usage);
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  const places = placesOf(settings);
  requireKept(places);
  const store = unwrap(await openStore(places));
  try {
    if (id === undefined) await list(store.ledger);
    else await change(store.ledger, task === 'retry' ? retrying : dropping, id);
  } finally {
    await store.close();
  }
}

const retrying = { change: retryJob, one: 'The next start takes it up.', all: 'wait for the next start.' };
const dropping = { change: dropJob, one: 'It is deleted.', all: 'are deleted.' };

async function change(ledger: Ledger, { change, one, all }: typeof retrying, id: string): Promise<void> {
  if (id !== 'all') return console.log(`${shown(await change(ledger, id))}\n${one}`);
  const lines = await givenUp(ledger);
  let changed = 0;
  for (const line of lines) {
    const result = await attempt(() => change(ledger, line.id));
    if (result.ok) changed++;
    console.log(result.ok ? shown(line) : printable(result.problem.message));
  }
  console.log(`${changed} of the ${lines.length} that were given up ${all}`);
  if (changed < lines.length) process.exitCode = 1;
}

async function list(ledger: Ledger): Promise<void> {
  const lines = await jobLines(ledger);
  const dead = lines.filter((line) => line.dead !== undefined);
  for (const line of lines) console.log(shown(line));
  console.log(`${lines.length - dead.length} wait for the next start, ${dead.length} were given up.`);
}

function shown({ id, server, command = '?', at, dead }: JobLine): string {
  const since = at === undefined ? '' : ` since ${new Date(at).toISOString()}`;
  return printable(
    `${id}  /${command} on ${server}${since}  ${dead === undefined ? 'waits' : `given up: ${dead}`}`,
  );
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
