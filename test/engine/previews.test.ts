import { expect, test } from 'vitest';
import { createPreviewTurns } from '../../src/engine/previews.ts';

const dueSteps = (turns: ReturnType<ReturnType<typeof createPreviewTurns>>, steps: number) =>
  Array.from({ length: steps }, (_, index) => index + 1).filter((step) => turns.isDue(step, steps));

test('a drawing alone is shown at every fifth step, unless it is over before that can be seen', () => {
  expect(dueSteps(createPreviewTurns()(), 25)).toEqual([5, 10, 15, 20]);
  expect(dueSteps(createPreviewTurns()(), 27)).toEqual([5, 10, 15, 20]);
});

test('several together are shown as often as one alone, each in its turn, and again when others have left', () => {
  const enter = createPreviewTurns();
  const [a, b, c] = [enter(), enter(), enter()];
  const shown = [a, b, c].map((turns) => dueSteps(turns, 33));
  expect(shown.map(({ length }) => length)).toEqual([2, 2, 2]);
  expect(shown.flat().sort((one, other) => one - other)).toEqual([5, 10, 15, 20, 25, 30]);
  b.leave();
  c.leave();
  expect(dueSteps(a, 13)).toEqual([5, 10]);
});
