import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { joinIn, shared } from '../../src/engine/together.ts';
import { createTurnstile } from '../../src/engine/turnstile.ts';

/** Work that writes down what it did together, at most `most` items, and fails for the items `bad`. */
function recorded(most = 10, bad = '') {
  const done: string[] = [];
  const sharing = shared<string, string>({
    choose: (waiting) => waiting.slice(0, most),
    async run(items) {
      done.push(items.join(''));
      await setImmediate();
      if (items.some((item) => bad.includes(item))) throw new RangeError(`${items.join('')} fails`);
      return items.map((item) => item.toUpperCase());
    },
  });
  const turnstile = createTurnstile();
  const join = (item: string, id: number, signal = new AbortController().signal) =>
    joinIn(turnstile, sharing, item, { id, signal });
  return { done, join, turnstile };
}

describe('what waits for the same work', () => {
  test('is done together, and each task gets its own', async () => {
    const { done, join } = recorded();
    expect(await Promise.all(['a', 'b', 'c'].map((item, id) => join(item, id)))).toEqual(['A', 'B', 'C']);
    expect(done).toEqual(['abc']);
  });

  test('goes with what came while others were at it', async () => {
    const { done, join } = recorded();
    const first = join('a', 0);
    while (done.length === 0) await setImmediate();
    expect(await Promise.all([first, join('b', 1), join('c', 2)])).toEqual(['A', 'B', 'C']);
    expect(done).toEqual(['a', 'bc']);
  });

  test('stays together step after step, whatever else has turns in between', async () => {
    const { done, join, turnstile } = recorded();
    const walk = async (item: string, id: number) => {
      for (let step = 0; step < 4; step++) {
        await join(item, id);
        if (item === 'b') await turnstile.turn('drawing', setImmediate);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(walk));
    expect(done).toEqual(['abc', 'abc', 'abc', 'abc']);
  });

  test('goes by the age of its task where there is no room for all', async () => {
    const { done, join } = recorded(2);
    await Promise.all([join('x', 0), join('d', 4), join('a', 1), join('c', 3), join('b', 2)]);
    expect(done).toEqual(['xa', 'bc', 'd']);
  });

  test('is left out where its task was cancelled, and the others do not hear of it', async () => {
    const { done, join } = recorded();
    const controller = new AbortController();
    const first = join('x', 0);
    const [a, b, c] = [join('a', 1), join('b', 2, controller.signal), join('c', 3)];
    controller.abort();
    await expect(b).rejects.toMatchObject({ problem: { code: 'cancelled' } });
    expect(await Promise.all([first, a, c])).toEqual(['X', 'A', 'C']);
    expect(done).toEqual(['xac']);
  });

  test('is tried alone where it fails together, so that none fails for another', async () => {
    const { done, join } = recorded(10, 'b');
    const first = join('x', 0);
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((item, index) => join(item, 1 + index)));
    expect(await first).toBe('X');
    expect(outcomes).toMatchObject([{ value: 'A' }, { reason: { message: 'b fails' } }, { value: 'C' }]);
    expect(done).toEqual(['xabc', 'x', 'a', 'b', 'c']);
  });

  test('leaves training its turns', async () => {
    const { join, turnstile } = recorded();
    const order: string[] = [];
    const draws = async () => {
      for (let step = 0; step < 20; step++) {
        await join('a', 1);
        order.push('a');
      }
    };
    await Promise.all([draws(), turnstile.turn('training', () => void order.push('t'))]);
    expect(order.indexOf('t')).toBeLessThanOrEqual(8);
  });
});
