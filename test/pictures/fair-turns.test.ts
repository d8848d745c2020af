import { expect, test } from 'vitest';
import { createFairTurns } from '../../src/pictures/fair-turns.ts';

/** Asks for things by the names of their owners, and resolves with the order in which they were done. */
async function orderOf(owners: readonly string[]): Promise<{ order: string[]; most: number }> {
  const turns = createFairTurns();
  const order: string[] = [];
  let [now, most] = [0, 0];
  const work = (owner: string, index: number) =>
    turns(owner, async () => {
      most = Math.max(most, ++now);
      order.push(`${owner}${index}`);
      await new Promise(setImmediate);
      now--;
      if (index % 2 === 1) throw new Error('it failed');
    });
  await Promise.allSettled(owners.map(work));
  return { order, most };
}

test('one thing is done at a time, whether or not it fails, and what is one’s own in the order in which it came', async () => {
  expect(await orderOf(['a', 'a', 'a', 'a'])).toEqual({ order: ['a0', 'a1', 'a2', 'a3'], most: 1 });
});

test('whoever asks for one thing waits for one of those that another has asked for', async () => {
  const { order, most } = await orderOf(['a', 'a', 'a', 'a', 'b', 'c', 'b', 'a']);
  expect(order).toEqual(['a0', 'b4', 'c5', 'a1', 'b6', 'a2', 'a3', 'a7']);
  expect(most).toBe(1);
});

test('what is asked for when all is done waits for nothing', async () => {
  const turns = createFairTurns();
  for (const owner of ['a', 'b', 'a']) expect(await turns(owner, async () => owner)).toBe(owner);
});
