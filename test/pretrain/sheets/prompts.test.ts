import { expect, test } from 'vitest';
import { sheetPrompts } from '../../../src/pretrain/sheets/prompts.ts';
import { worldVocabulary } from '../../../src/world/index.ts';

const words = sheetPrompts.flatMap((prompt) => prompt.split(' '));

test('the sample sheets ask only for what the model has words for', () => {
  expect(words.filter((word) => !worldVocabulary().includes(word))).toEqual([]);
  expect(new Set(sheetPrompts).size).toBe(sheetPrompts.length);
});

test.each([
  ['class', 'dog cat horse lighthouse bird house car tree'],
  ['scene', 'park snow beach city night desert forest'],
  ['style', 'pencil neon watercolour mosaic chalk'],
  ['thing', 'party top beanie cap scarf ball'],
  ['pattern', 'stripes spots striped spotted'],
])('the sample sheets show every %s', (_, wanted) => {
  expect(wanted.split(' ').filter((word) => !words.includes(word))).toEqual([]);
});
