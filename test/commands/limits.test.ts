import { expect, test } from 'vitest';
import type { NumberOption, StringOption } from '../../commands/command.ts';
import imagine from '../../commands/imagine.ts';
import teach from '../../commands/teach.ts';
import { cleanClassWord, cleanDescription, cleanLabel } from '../../src/personalize/class-word.ts';
import { scene } from '../studio/scene.ts';

test.each([
  ['class', cleanClassWord],
  ['label', cleanLabel],
  ['description', cleanDescription],
] as const)('/teach lets as much be typed for %s as is taken, and no more', (option, clean) => {
  const { maxLength: most } = teach.options[option] as StringOption;
  expect(clean('x'.repeat(most)).ok).toBe(true);
  expect(clean('x'.repeat(most + 1)).ok).toBe(false);
});

test.each([
  ['count', 'count'],
  ['steps', 'steps'],
  ['seed', 'seed'],
  ['guidance', 'guidanceScale'],
] as const)('/imagine lets the same %s be typed as is drawn with', async (option, field) => {
  const { studio } = await scene();
  const { minimum, maximum } = imagine.options[option] as NumberOption;
  const taken = async (value: number) => (await studio.imagine('a', { prompt: 'x', [field]: value })).ok;
  expect([await taken(minimum), await taken(maximum)]).toEqual([true, true]);
  expect([await taken(minimum - 1), await taken(maximum + 1)]).toEqual([false, false]);
});
