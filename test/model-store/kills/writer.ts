import { writeSync } from 'node:fs';
import { openStore } from '../../../model-store/open.ts';
import type { Places } from '../../../model-store/open-places.ts';
import { createRandom } from '../../../src/random.ts';
import { unwrap } from '../../../src/result.ts';
import { bytes, sampleConcept } from '../sample-concept.ts';

/**
 * A process that writes to the store in the places of its first argument, as JSON, until it is killed, and says what it was told is on the disk: a
 * line each, `put 3`, `forgot 3`, `job 7`, `ended 7`, `request 9`.
 */
const [places = '', seed = '0'] = process.argv.slice(2);
const store = unwrap(await openStore(JSON.parse(places) as Places));
const random = createRandom(Number(seed));
const say = (line: string) => writeSync(1, `${line}\n`);
const known = (await store.concepts.list('a')).map(({ token }) => token);
const jobs: number[] = [];
let lastJob = Number(seed) * 1000;

async function teach(): Promise<void> {
  const number = await store.concepts.reserveNumber('a');
  const weights = bytes(`weights of ${number} ${'x'.repeat(random.integer(60_000))}`);
  const concept = sampleConcept(number, weights, bytes(`sheet of ${number}`));
  unwrap(await store.concepts.put('a', concept, [weights, bytes(`sheet of ${number}`)]));
  known.push(concept.token);
  say(`put ${number}`);
}

async function forget(): Promise<void> {
  const token = known.splice(random.integer(known.length), 1)[0]!;
  say(`forgetting ${token.slice(4, -1)}`);
  unwrap(await store.concepts.forget('a', token));
  say(`forgot ${token.slice(4, -1)}`);
}

async function accept(): Promise<void> {
  const job = ++lastJob;
  await store.ledger.write('a', `job${job}`, { order: { at: job }, work: bytes('x'.repeat(5000)) });
  jobs.push(job);
  say(`job ${job}`);
}

async function end(): Promise<void> {
  const job = jobs.shift()!;
  say(`ending ${job}`);
  await store.ledger.remove('a', `job${job}`);
  say(`ended ${job}`);
}

async function request(): Promise<void> {
  say(`request ${await store.jobs.put('a', { user: 'u', prompt: 'x'.repeat(random.integer(2000)) })}`);
}

say('begun');
for (;;) {
  const choice = random.integer(6);
  if (choice === 0 && known.length > 3) await forget();
  else if (choice === 1 && jobs.length > 0) await end();
  else await [teach, accept, request][choice % 3]!();
}
