import { expect, test } from 'vitest';
import { numbersLine } from '../../../commands/bot/concepts.ts';
import { plainText } from '../../../commands/bot/rich-text.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import type { Concept } from '../../../src/concept.ts';

const en = messagesIn('en');
const concept: Concept = {
  token: '<new1>',
  number: 1,
  classWord: 'dog',
  kind: 'subject',
  label: 'dog',
  description: '',
  taughtBy: 'ada',
  taughtAt: '2025-01-02T03:04:05.000Z',
  blob: '0'.repeat(64),
  model: 'fake',
  numbers: {
    neurons: 4321,
    share: 0.0013,
    seconds: 41,
    steps: 300,
    lossFirst: 0.121,
    lossLast: 0.043,
    pictures: 2,
  },
};

test('what was trained are neurons where CNS chose them, and numbers of another method where it taught', () => {
  const rest = ' · 0.13 % of U-Net and text encoder · 41 s · loss 0.121 → 0.043';
  expect(plainText(numbersLine(concept, en))).toBe(`4,321 neurons${rest}`);
  expect(plainText(numbersLine({ ...concept, method: 'cns' }, en))).toBe(`4,321 neurons${rest}`);
  expect(plainText(numbersLine({ ...concept, method: 'mix-of-show' }, en))).toBe(
    `4,321 numbers trained by mix-of-show${rest}`,
  );
});
