import { expect, test } from 'vitest';
import { growthOf, type Sample } from './growth.ts';
import { brokenPromises, type Ending, tallyOf } from './tally.ts';

const [done, sentBack]: readonly Ending[] = [{ kind: 'done' }, { kind: 'sent back' }];
const told = (sentence: string): Ending => ({ kind: 'told', sentence });
const flat = { held: [40, 42], resident: [300, 314], files: 0 } as const;

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
  const engine = { held: [40, 42.5], resident: [300, 316], files: 2 } as const;
  expect(brokenPromises(whole, { bot: flat, engine })).toEqual([
    'The memory that the engine holds grew from 40 to 42.5 MiB.',
    'The memory that the engine has resident grew from 300 to 316 MiB.',
    'The engine has 2 more files open.',
  ]);
});

test('growth of what is held is from the first fifth to the last, one moment says nothing, and too few moments are no proof', () => {
  const samples: Sample[] = Array.from({ length: 20 }, (_, at) => ({
    pid: 1,
    at,
    held: (100 + at) * 2 ** 20,
    resident: 300 * 2 ** 20,
    files: at === 18 ? 90 : 30,
  }));
  samples[1] = { ...samples[1]!, held: 2 ** 40 };
  expect(growthOf(samples)).toEqual({ held: [103, 118], resident: [300, 300], files: 0 });
  const third = samples.map((sample) => ({ ...sample, resident: (sample.at < 6 ? 200 : 300) * 2 ** 20 }));
  expect(growthOf(third)?.resident).toEqual([200, 300]);
  const opened = samples.map((sample) => ({ ...sample, files: 30 + Math.floor(sample.at / 10) }));
  expect(growthOf(opened)?.files).toBe(1);
  expect(growthOf(samples.slice(0, 14))).toBeUndefined();
  const none = tallyOf([]);
  expect(brokenPromises(none, { engine: undefined })).toEqual([
    'Too little was seen of the memory of the engine to judge it.',
  ]);
});
