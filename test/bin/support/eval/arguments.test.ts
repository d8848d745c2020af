import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { placeOf, placeOptions } from '../../../../bin/support/eval/arguments.ts';

const placeFor = (...words: readonly string[]) =>
  placeOf(parseArgs({ args: [...words], options: placeOptions }).values, 'eval');

test('two processes work side by side, and as many as are asked for', () => {
  expect(placeFor().processes).toBe(2);
  expect(placeFor('--processes', '15').processes).toBe(15);
});

test.each(['0', '257', '1.5', 'all'])('%s processes are refused with what would do', (typed) => {
  expect(() => placeFor('--processes', typed)).toThrow(/--processes is a whole number from 1 to 256/);
});

test('a report names the command that makes it, which is the same for any number of processes', () => {
  expect(placeFor('--processes', '15').command).toBe('npm run eval');
  expect(placeFor('--quick').command).toBe('npm run eval -- --quick');
});
