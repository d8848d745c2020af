import { expect, test } from 'vitest';
import { knownNames, wholeNumber } from '../../../bin/support/arguments.ts';

const known = ['cns', 'c-lora', 'mix-of-show'];

test('names are taken in their order, each once, so that no two processes teach one method in one folder', () => {
  expect(knownNames('--methods', 'mix-of-show,cns,mix-of-show', known)).toEqual(['mix-of-show', 'cns']);
});

test.each(['lora', 'cns,', '', 'cns, c-lora'])(
  'in "%s" a name is refused, with those that there are',
  (typed) => {
    expect(() => knownNames('--methods', typed, known)).toThrow(
      /^--methods takes cns, c-lora, mix-of-show, and not "/,
    );
  },
);

test('a number is whole, of digits alone, and in its range', () => {
  expect(['1', '7', '20'].map((typed) => wholeNumber('--runs', typed, 1, 20))).toEqual([1, 7, 20]);
  for (const typed of ['0', '21', '1.5', '1e1', ' 7', '-7', '0x7', ''])
    expect(() => wholeNumber('--runs', typed, 1, 20), typed).toThrow(
      '--runs is a whole number from 1 to 20, not',
    );
});
