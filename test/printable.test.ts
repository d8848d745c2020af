import { expect, test } from 'vitest';
import { printable } from '../src/printable.ts';

test.each([
  ['of a colour', '\x1b[31mred\x1b[0m', 'red'],
  ['of the cursor', 'one\x1b[1A\x1b[2Ktwo', 'onetwo'],
  ['of the window’s name', '\x1b]0;mine\x07here', 'here'],
  ['of the clipboard', '\x1b]52;c;cm0gLXJmIC4=\x1b\\here', 'here'],
  ['of one character', '\u009b2Jhere', 'here'],
])('a terminal is given no escape sequence %s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('a terminal is given no control character but line ends and tabs, and all else as it is', () => {
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code));
  const shown = controls.map((one) => printable(`a${one}b`));
  const left = shown.filter((text) => /\p{Cc}/u.test(text));
  expect(left).toEqual(['a\tb', 'a\nb']);
  expect(printable('every “word” – 每個字 🐶')).toBe('every “word” – 每個字 🐶');
});
