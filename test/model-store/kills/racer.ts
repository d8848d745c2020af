import { openStore } from '../../../model-store/open.ts';
import type { Places } from '../../../model-store/open-places.ts';
import { unwrap } from '../../../src/result.ts';
import { bytes, sampleConcept } from '../sample-concept.ts';

/**
 * A process that does what several do at once, in the places of its first argument: takes numbers, stores concepts whose files others have too, counts,
 * appends and forgets. Prints what it got, as JSON.
 */
const [places = '', name = '', rounds = '10'] = process.argv.slice(2);
const { concepts, jobs, records, close } = unwrap(await openStore(JSON.parse(places) as Places));
const numbers: number[] = [];
const ids: string[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const number = await concepts.reserveNumber('a');
  numbers.push(number);
  ids.push(await jobs.put('a', { user: name, round }));
  const count = (stored: unknown) => ({ result: undefined, value: Number(stored ?? 0) + 1 });
  await records.change('a', ['count'], count);
  const weights = bytes(`weights of round ${round}`);
  unwrap(await concepts.put('a', sampleConcept(number, weights), [weights]));
  if (round % 2 === 1) unwrap(await concepts.forget('a', `<new${numbers[round - 1]}>`));
}
await close();
console.log(JSON.stringify({ numbers, ids }));
