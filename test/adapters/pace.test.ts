import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPace } from '../../adapters/pace.ts';

afterEach(() => vi.useRealTimers());

describe('a pace', () => {
  test('sends the first value at once, then the newest of each interval', async () => {
    vi.useFakeTimers();
    const sent: number[] = [];
    const pace = createPace(1000, async (value: number) => void sent.push(value));
    for (const value of [1, 2, 3]) pace.offer(value);
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([1, 3]);
    await vi.advanceTimersByTimeAsync(5000);
    pace.offer(4);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([1, 3, 4]);
  });

  test('never sends two at a time, and outlives what fails', async () => {
    let sending = 0;
    let most = 0;
    let count = 0;
    const pace = createPace(1, async () => {
      most = Math.max(most, ++sending);
      await new Promise((resolve) => setTimeout(resolve, 3));
      sending--;
      count++;
      throw new Error('lost');
    });
    for (let value = 0; count < 3; value++) {
      pace.offer(value);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await pace.finish();
    expect(most).toBe(1);
  });

  test('sends nothing once it is finished', async () => {
    const sent: number[] = [];
    let release = () => {};
    const pace = createPace(1, (value: number) => {
      sent.push(value);
      return new Promise((resolve) => (release = resolve));
    });
    pace.offer(1);
    pace.offer(2);
    const finished = pace.finish();
    pace.offer(3);
    release();
    await finished;
    expect(sent).toEqual([1]);
  });
});
