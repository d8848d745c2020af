import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../../bin/support/arguments.ts';
import { createRandom } from '../../src/random.ts';
import { openBot, type Part } from './soak/bot.ts';
import { plan } from './soak/deeds.ts';
import { growthOf } from './soak/growth.ts';
import { createPerson } from './soak/person.ts';
import { openShared } from './soak/shared.ts';
import { brokenPromises, tallyOf } from './soak/tally.ts';

const usage = `npm run soak -- [options]
Puts the bot on a tiny model under a mixed load, kills it at random together with its engine, then the engine alone, then neither, and
prints what became of every job, and how memory and files went of the bot that was started last and of the last engine.

  --minutes N    how long                                                     (30)
  --seed N       of what is asked and when is killed                          (1)
  --workers N    the bot has no engine: so many workers are killed in its place, each with its own, over Redis and a folder
                 that all share                                               (0)
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const seconds = wholeNumber('--minutes', values.minutes, 1, 1440) * 60;
const seed = wholeNumber('--seed', values.seed, 0, 1e9);
const workers = wholeNumber('--workers', values.workers, 0, 8);
const people = 6;
const quotas = '/settings user-lessons:1000 server-lessons:1000 user-pictures:10000 server-pictures:10000';
/** More than somebody waits for before asking for more. */
const mostAwaited = 3;
/** When the bot, and then the engine, are killed no more, in seconds. */
const killedUntil = { bot: 0.3 * seconds, engine: 0.5 * seconds };
/**
 * From when on their memory is watched: by then they are warm, and what they keep is full, which takes the bot's 64 MiB of pictures drawn not long ago
 * two minutes of half an hour, the 500 events of a channel, reckoned, twelve, and the engine's dozen concepts, reckoned, three.
 */
const watchedFrom = { bot: 0.68 * seconds, engine: 0.7 * seconds };
/** Between two kills, on the average. */
const betweenKills = Math.min(60, Math.max(10, seconds / 30));

const stopping = new AbortController();
const hurrying = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'keepsake-soak-'));
const shared = workers > 0 ? await openShared(folder) : undefined;
const bot = await openBot(folder, {
  workers,
  shared: shared?.variables ?? {},
  everySeconds: Math.max(1, seconds / 360),
});
const crowd = await Promise.all(
  Array.from({ length: people }, (_, number) => createPerson(bot.address, `soak-${number}`)),
);
await Promise.all(crowd.map((person) => person.listen()));
await Promise.all(crowd.map((person) => person.act({ kind: 'ask', line: quotas })));
const kills = { bot: 0, engine: 0, both: 0 };
const began = Date.now();
const now = () => (Date.now() - began) / 1000;
const goesOn = () => now() < seconds && !stopping.signal.aborted;
const awaited = () => crowd.reduce((sum, person) => sum + person.awaited(), 0);
const talking = setInterval(() => console.error(state()), 30_000);
stopOnSignals();

await Promise.all([...crowd.map(actAs), killAtRandom()]);
const lasted = now();
console.error(state());
await settle();
clearInterval(talking);
const left = await bot.samples();
const [botPid, enginePid] = [bot.pid('bot'), bot.pid('engine')];
const status = await bot.stop();
await shared?.close();
await rm(folder, { recursive: true, force: true });
report();

async function actAs(person: (typeof crowd)[number], number: number): Promise<void> {
  const random = createRandom(seed, number + 1);
  while (goesOn()) {
    const next = plan(random);
    await person.act(next.deed);
    do {
      await idle(next.pause);
      await person.look();
    } while (goesOn() && person.awaited() > mostAwaited);
  }
}

async function killAtRandom(): Promise<void> {
  const random = createRandom(seed);
  for (;;) {
    await idle(1000 * betweenKills * (0.5 + random.uniform()));
    const which = (['bot', 'engine', 'both'] as const)[random.integer(3)]!;
    if (!goesOn() || now() >= killedUntil.engine) return;
    const part = now() < killedUntil.bot ? which : 'engine';
    const parts: readonly Part[] = part === 'both' ? ['engine', 'bot'] : [part];
    if (bot.kill(parts)) kills[part]++;
    if (parts.includes('engine')) await bot.reviveWorkers();
    if (part === 'engine') continue;
    await bot.revive();
    await Promise.all(crowd.map((person) => person.listen()));
  }
}

/** Until all is answered, or nothing was for ten minutes. */
async function settle(): Promise<void> {
  let [left, since] = [awaited(), now()];
  while (left > 0 && now() < since + 600 && !hurrying.signal.aborted) {
    await idle(1000, hurrying.signal);
    await Promise.all(crowd.map((person) => person.look()));
    if (awaited() < left) since = now();
    left = awaited();
  }
}

function state(): string {
  const { commands, accepted, done } = tallyOf(crowd.flatMap((person) => person.seen()));
  const when = goesOn() ? `${((seconds - now()) / 60).toFixed(1)} min left` : 'Waiting for the last answers';
  return (
    `${when}: ${commands} commands, ${accepted} jobs accepted, ${done} done, ${awaited()} awaited; ` +
    `killed the bot ${kills.bot + kills.both} times and the engine ${kills.engine + kills.both} times.`
  );
}

function report(): void {
  const tally = tallyOf(crowd.flatMap((person) => person.seen()));
  const of = (pid: number | undefined, from: number) =>
    growthOf(
      left.filter(
        (one) => one.pid === pid && one.at >= began + from * 1000 && one.at <= began + lasted * 1000,
      ),
    );
  const growth = { bot: of(botPid, watchedFrom.bot), engine: of(enginePid, watchedFrom.engine) };
  const stopped = stopping.signal.aborted;
  console.log(
    JSON.stringify(
      {
        minutes: Math.round(lasted / 6) / 10,
        seed,
        workers,
        stopped,
        kills,
        ...tally,
        awaited: awaited(),
        ...growth,
        status,
      },
      undefined,
      2,
    ),
  );
  const broken = [
    ...brokenPromises(hurrying.signal.aborted ? { ...tally, lost: [] } : tally, stopped ? {} : growth),
    ...(status === 0 ? [] : [`The bot ended with status ${status} and not with 0.`]),
  ];
  for (const sentence of broken) console.error(sentence);
  if (broken.length > 0) process.exitCode = 1;
}

/** The first Ctrl+C ends the load, the next one the wait for answers. Where npm passes it on too, it comes twice at once. */
function stopOnSignals(): void {
  let first = 0;
  const stop = () => {
    first ||= Date.now();
    if (Date.now() - first > 1000) return hurrying.abort();
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
}

function idle(milliseconds: number, signal = stopping.signal): Promise<void> {
  return pause(milliseconds, undefined, { signal }).catch(() => {});
}
