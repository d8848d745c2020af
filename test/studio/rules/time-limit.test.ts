import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, test } from 'vitest';
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
    const result = await withinTime(undefined, (signal, begin) => {
      begin(0.01);
      begin(1000);
      return untilStopped(signal);
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'timed-out' } });
  });

  it('is not stopped as long as it waits, nor once it is done', async () => {
    const result = await withinTime(undefined, async (signal, begin) => {
      await pause(20);
      begin(0.01);
      return success(signal);
    });
    await pause(20);
    expect(result).toMatchObject({ ok: true, value: { aborted: false } });
  });

  it('that a person stops is cancelled, and what else went wrong is told as it is', async () => {
    const person = new AbortController();
    const stopped = withinTime(person.signal, (signal, begin) => {
      begin(1000);
      return untilStopped(signal);
    });
    person.abort();
    expect(await stopped).toMatchObject({ problem: { code: 'cancelled' } });
    const broken = await withinTime(undefined, async (signal, begin) => {
      begin(0.001);
      await untilStopped(signal);
      return failure('engine-down', 'No engine.');
    });
    expect(broken).toMatchObject({ problem: { code: 'engine-down' } });
  });
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
