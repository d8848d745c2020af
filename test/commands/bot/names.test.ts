import { expect, test } from 'vitest';
import { tidyWords } from '../../../commands/bot/names.ts';
import { quoted } from '../../../commands/bot/quoted.ts';

test('a file is called by the first 40 letters, digits and hyphens of its words, never by half a letter', () => {
  expect(tidyWords('A <new1> dog, in the park!')).toBe('a-new1-dog-in-the-park');
  expect(tidyWords('../../?*"')).toBe('picture');
  for (const before of ['', 'x']) {
    const letters = [...`${before}${'𠮷'.repeat(60)}`];
    expect(tidyWords(letters.join(''))).toBe(letters.slice(0, 40).join(''));
  }
});

test('words that are quoted are cut between characters', () => {
  for (const before of ['', 'x']) expect(quoted(before + '🐶'.repeat(60)).isWellFormed()).toBe(true);
});
