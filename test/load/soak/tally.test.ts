import { expect, test } from 'vitest';
import { growthOf, type Sample } from './growth.ts';
import { brokenPromises, type Ending, tallyOf } from './tally.ts';

const [done, sentBack]: readonly Ending[] = [{ kind: 'done' }, { kind: 'sent back' }];
const told = (sentence: string): Ending => ({ kind: 'told', sentence });
const flat = { held: [40, 42], resident: [300, 314], average: [400, 500], files: 0 } as const;

test('an accepted job without a result is lost, and one with two is there twice', () => {
  const tally = tallyOf([
    { what: '/imagine a dog', accepted: true, endings: [done!] },
    { what: '/imagine a dog', accepted: true, endings: [told('Gave up after 3 tries.')] },
    { what: '/imagine a dog', accepted: true, endings: [told('Gave up after 2 tries.')] },
    { what: '/teach dog', accepted: true, endings: [] },
    { what: 'a button', accepted: true, endings: [sentBack!] },
    { what: '/imagine a dog', accepted: true, endings: [done!, told('Stopped.')] },
    { what: '/imagine a dog', accepted: false, endings: [told('I can draw.')] },
    { what: '/imagine a dog', accepted: false, endings: [sentBack!] },
    { what: '/imagine a dog', accepted: false, endings: [] },
  ]);
  expect(tally).toEqual({
    commands: 9,
    accepted: 6,
    done: 2,
    told: { 'Gave up after N tries.': 2 },
    answered: 1,
    sentBack: 2,
    lost: ['/teach dog: no answer', 'a button: sent back'],
    twice: 1,
  });
  expect(brokenPromises(tally, { bot: flat })).toEqual([
    '2 accepted jobs have no result.',
    '1 jobs have more than one result.',
  ]);
});

test('memory held that grows by more than a twentieth and files that stay open break the promise, and less does not', () => {
  const whole = tallyOf([{ what: '/imagine a dog', accepted: true, endings: [done!] }]);
  expect(brokenPromises(whole, { bot: flat })).toEqual([]);
  const engine = { held: [40, 42.5], resident: [300, 316], average: [400, 400], files: 2 } as const;
  expect(brokenPromises(whole, { bot: flat, engine })).toEqual([
    'The memory that the engine holds grew from 40 to 42.5 MiB.',
    'The memory that the engine has resident grew from 300 to 316 MiB.',
    'The engine has 2 more files open.',
  ]);
});

test('growth is from the first third to the last, one moment says nothing, and too few moments are no proof', () => {
  const samples: Sample[] = Array.from({ length: 21 }, (_, at) => ({
    pid: 1,
    at,
    held: (100 + at) * 2 ** 20,
    resident: 300 * 2 ** 20,
    files: at === 18 ? 90 : 30,
  }));
  samples[1] = { ...samples[1]!, held: 2 ** 40, files: 20 };
  expect(growthOf(samples)).toEqual({
    held: [104, 117],
    resident: [300, 300],
    average: [300, 300],
    files: 0,
  });
  const leaking = samples.map((sample) => ({ ...sample, resident: (200 + 10 * sample.at) * 2 ** 20 }));
  expect(growthOf(leaking)).toMatchObject({ resident: [200, 340], average: [230, 370] });
  const opened = samples.map((sample) => ({ ...sample, files: 30 + Math.floor(sample.at / 10) }));
  expect(growthOf(opened)?.files).toBe(1);
  expect(growthOf(samples.slice(0, 14))).toBeUndefined();
  const none = tallyOf([]);
  expect(brokenPromises(none, { engine: undefined })).toEqual([
    'Too little was seen of the memory of the engine to judge it.',
  ]);
});

test('a lesson that runs at the end is no growth of what stays, and what stays after it is', () => {
  const lessons = (running: (at: number) => boolean, left: (at: number) => number) =>
    Array.from({ length: 30 }, (_, at) => ({
      pid: 1,
      at,
      held: 60 * 2 ** 20,
      resident: (left(at) + (running(at) ? 450 : 0)) * 2 ** 20,
      files: 28,
    }));
  const more = growthOf(
    lessons(
      (at) => at % (at < 15 ? 5 : 2) === 0,
      () => 400,
    ),
  );
  expect(more?.resident).toEqual([400, 400]);
  expect(more?.average[1]).toBeGreaterThan(1.05 * more!.average[0]);
  const ratchet = growthOf(
    lessons(
      (at) => at % 2 === 0,
      (at) => 400 + 2 * at,
    ),
  );
  expect(ratchet?.resident).toEqual([402, 442]);
});
