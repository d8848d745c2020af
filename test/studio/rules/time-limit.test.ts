import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import type { JobDriver } from '../../../src/jobs/queue.ts';
import { notBegun } from '../../../src/jobs/refusals.ts';
import { failure, success } from '../../../src/result.ts';
import { timeLimit, withinTime } from '../../../src/studio/rules/time-limit.ts';
import { request, scene } from '../scene.ts';

const hour = 3600;

describe('a job may take', () => {
  it('ten times as long as others like it took, within bounds that are wide for a lesson', () => {
    const lesson = (foretold?: number) => timeLimit('teach', foretold, {});
    expect([60, hour, 5 * hour, undefined].map(lesson)).toEqual([hour, 10 * hour, 24 * hour, 24 * hour]);
    const drawing = (foretold?: number) => timeLimit('imagine', foretold, {});
    expect([2, 120, hour, undefined].map(drawing)).toEqual([600, 1200, 2 * hour, 2 * hour]);
  });

  it('as long as the settings say, whatever others took', () => {
    expect(timeLimit('teach', 60, { teach: 90, imagine: 5 })).toBe(90);
    expect(timeLimit('imagine', undefined, { teach: 90 })).toBe(2 * hour);
  });
});

/** Ends when it is told to, as a job does. */
async function untilStopped(signal: AbortSignal) {
  if (!signal.aborted) await once(signal, 'abort');
  return failure('cancelled', 'Stopped.');
}

describe('work within a time', () => {
  it('is stopped when that is over, and says so', async () => {
    const result = await withinTime(undefined, (signal, clock) => {
      clock.begin(0.01);
      clock.begin(1000);
      return untilStopped(signal);
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'timed-out' } });
  });

  it('is not stopped as long as it waits, nor once it is done', async () => {
    const result = await withinTime(undefined, async (signal, clock) => {
      await pause(20);
      clock.begin(0.01);
      return success(signal);
    });
    await pause(20);
    expect(result).toMatchObject({ ok: true, value: { aborted: false } });
  });

  it('has as much of it left, once it is worked on again, as it had when it began to wait', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const states: boolean[] = [];
    const result = withinTime(undefined, async (signal, clock) => {
      const pass = async (seconds: number) => {
        await vi.advanceTimersByTimeAsync(seconds * 1000);
        states.push(signal.aborted);
      };
      clock.begin(60);
      await pass(40);
      clock.pause();
      await pass(3600);
      clock.begin(1000);
      await pass(19);
      await pass(2);
      return untilStopped(signal);
    });
    expect(await result).toMatchObject({
      problem: { code: 'timed-out', message: expect.stringContaining('after 1 min') },
    });
    expect(states).toEqual([false, false, false, true]);
  });

  it('that a person stops is cancelled, and what else went wrong is told as it is', async () => {
    const person = new AbortController();
    const stopped = withinTime(person.signal, (signal, clock) => {
      clock.begin(1000);
      return untilStopped(signal);
    });
    person.abort();
    expect(await stopped).toMatchObject({ problem: { code: 'cancelled' } });
    const broken = await withinTime(undefined, async (signal, clock) => {
      clock.begin(0.001);
      await untilStopped(signal);
      return failure('engine-down', 'No engine.');
    });
    expect(broken).toMatchObject({ problem: { code: 'engine-down' } });
  });
});

test('a job whose worker is gone does not use up its time while it waits for another', async () => {
  const jobs: JobDriver = () => ({
    async run(_kind, _server, _data, { onPosition, signal } = {}) {
      onPosition?.(0);
      onPosition?.(1);
      await pause(150);
      return signal?.aborted ? notBegun : failure('engine-down', 'No worker.');
    },
    close: async () => {},
  });
  const { studio } = await scene({ timeLimits: { imagine: 0.05 }, jobs });
  expect(await studio.imagine('a', { prompt: 'a dog' })).toMatchObject({ problem: { code: 'engine-down' } });
});

test('a lesson that takes too long once it has begun is stopped in the engine, and nothing is learnt', async () => {
  const { studio, engine } = await scene({ timeLimits: { teach: 0.05 } });
  let heard = false;
  engine.onTeach = async (_, { signal }) => {
    await untilStopped(signal!);
    heard = true;
    return failure('cancelled', 'Stopped; nothing was changed.');
  };
  expect(await studio.teach('a', await request())).toEqual(
    failure(
      'timed-out',
      'It was stopped after 1 s, the longest that one of its kind may take here. Nothing taught was lost; whoever runs the bot can allow more and have it go on.',
    ),
  );
  expect(heard).toBe(true);
  expect(await studio.concepts('a')).toEqual([]);
  expect((await studio.used('a')).lessons, 'it has cost nothing').toBe(0);
});
