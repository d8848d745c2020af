import { expect, it } from 'vitest';
import { cleanPrompt } from '../../src/studio/prompt.ts';

it('a prompt is on one line, its tokens spelt as they are stored', () => {
  expect(cleanPrompt(' A < New 07 >\n dog\tand  <NEW12>')).toBe('A <new7> dog and <new12>');
});

it('a prompt reads below its picture as it was drawn, whatever turns letters around', () => {
  expect(cleanPrompt('a \u202egod\u202c in the \u2067park\u2069')).toBe('a god in the park');
});
