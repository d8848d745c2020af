import { expect, test } from 'vitest';
import { createRandom } from '../../../src/random.ts';
import { scratchFolder } from '../sample.ts';
import { faultsAfter, killOnce, nothingYet } from './kills.ts';

test('a store whose process is killed at random moments has all that it said it had, whole, and nothing else', async () => {
  const folder = await scratchFolder();
  const seed = Date.now() % 1_000_000;
  const random = createRandom(seed);
  const expected = nothingYet();
  for (let kill = 1; kill <= 4; kill++) {
    await killOnce({ folder }, kill, random, expected);
    expect(await faultsAfter({ folder }, expected), `seed ${seed}, kill ${kill}`).toEqual([]);
  }
  expect(expected.concepts.size + expected.jobs.size, 'there was something to lose').toBeGreaterThan(0);
});
