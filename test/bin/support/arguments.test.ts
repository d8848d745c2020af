import { afterEach, expect, test, vi } from 'vitest';
import { endWith, knownNames, wholeNumber } from '../../../bin/support/arguments.ts';
import { ProblemError } from '../../../src/result.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test('a problem that quotes a file ends a command with its sentence, and draws nothing else on the terminal', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const message = 'The model has no "weights\x1b]0;mine\x07\x1b[2J.bin".';
  endWith(new ProblemError({ code: 'invalid-model', message }), 'usage');
  expect(told.mock.calls).toEqual([['The model has no "weights.bin".']]);
  expect(process.exitCode).toBe(1);
});

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
