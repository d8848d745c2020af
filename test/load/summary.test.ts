import { expect, test } from 'vitest';
import { brokenPromises, summarize } from './summary.ts';

test('a run is summed up by its percentiles, and by what came late, never or twice', () => {
  const waited = Array.from({ length: 200 }, (_, index) => index + 1);
  const good = summarize({ waited: waited.toReversed(), lost: 0, twice: 0 });
  expect(good).toEqual({
    commands: 200,
    acknowledged: { p50: 100, p99: 198, max: 200 },
    late: 0,
    lost: 0,
    twice: 0,
  });
  const memory = (half: number, answered: number) => ({
    resident: { half: 100, answered: 300 },
    held: { half, answered },
  });
  expect(brokenPromises({ ...good, memory: memory(100, 110) })).toEqual([]);
  const bad = summarize({ waited: [...waited, 3001, undefined], lost: 1, twice: 1 });
  expect(bad).toMatchObject({ commands: 202, late: 2, lost: 1, twice: 1 });
  expect(brokenPromises({ ...bad, memory: memory(100, 130) })).toHaveLength(4);
});
