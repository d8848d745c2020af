import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '../../../model-store/open.ts';
import type { Places } from '../../../model-store/open-places.ts';
import { verify } from '../../../model-store/upkeep/verify.ts';
import type { Random } from '../../../src/random.ts';
import { unwrap } from '../../../src/result.ts';

const writer = join(import.meta.dirname, 'writer.ts');

/** What a store must have by now, by what its writers were told. */
export interface Expected {
  /** Numbers of concepts that are there, and of those that may be gone. */
  readonly concepts: Set<number>;
  readonly leaving: Set<number>;
  readonly jobs: Set<number>;
  readonly ending: Set<number>;
  lastNumber: number;
  lastRequest: number;
}

export function nothingYet(): Expected {
  return {
    concepts: new Set(),
    leaving: new Set(),
    jobs: new Set(),
    ending: new Set(),
    lastNumber: 0,
    lastRequest: 0,
  };
}

/** Has a process write to the store, and kills it at a random moment within a random one of its first twenty writes. */
export async function killOnce(places: Places, seed: number, random: Random, expected: Expected) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', writer, JSON.stringify(places), String(seed)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = 1 + random.integer(20);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  while (said.split('\n').length <= lines && child.exitCode === null) await pause(1);
  await pause(random.uniform() * 30);
  child.kill('SIGKILL');
  await once(child, 'close');
  for (const line of said.split('\n').slice(0, -1)) apply(line, expected);
}

function apply(line: string, expected: Expected): void {
  const [what, text] = line.split(' ');
  const { concepts, leaving, jobs, ending } = expected;
  const value = Number(text);
  if (what === 'put') {
    concepts.add(value);
    expected.lastNumber = value;
  }
  if (what === 'forgetting') leaving.add(value);
  if (what === 'forgot') concepts.delete(value);
  if (what === 'job') jobs.add(value);
  if (what === 'ending') ending.add(value);
  if (what === 'ended') jobs.delete(value);
  if (what === 'request') expected.lastRequest = value;
}

/** What is wrong with the store, a sentence each, after which it counts as right: the next kill begins from there. */
export async function faultsAfter(places: Places, expected: Expected): Promise<readonly string[]> {
  const { concepts, leaving, jobs, ending } = expected;
  const faults = [...(await verify(places)).faults];
  const store = unwrap(await openStore(places));
  try {
    const there = new Set((await store.concepts.list('a')).map(({ number }) => number));
    for (const number of concepts)
      if (!there.has(number) && !leaving.has(number)) faults.push(`<new${number}> was stored and is lost.`);
    for (const number of there) {
      const answered = number <= expected.lastNumber;
      if (answered && !concepts.has(number)) faults.push(`<new${number}> was forgotten and is there.`);
    }
    const kept = new Set((await store.ledger.list('order')).map(({ job }) => Number(job.slice(3))));
    for (const job of jobs)
      if (!kept.has(job) && !ending.has(job)) faults.push(`Job ${job} was accepted and is lost.`);
    for (const { job } of await store.ledger.list('work'))
      if (!kept.has(Number(job.slice(3)))) faults.push(`Of ${job} only a part is there.`);
    if (expected.lastRequest > 0 && (await store.jobs.get('a', String(expected.lastRequest))) === undefined)
      faults.push(`Request ${expected.lastRequest} was kept and is lost.`);
    const number = await store.concepts.reserveNumber('a');
    if (number <= expected.lastNumber) faults.push(`The number ${number} was given twice.`);
    Object.assign(expected, {
      concepts: there,
      jobs: kept,
      leaving: new Set(),
      ending: new Set(),
      lastNumber: number,
    });
  } finally {
    await store.close();
  }
  return faults;
}
