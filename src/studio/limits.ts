import { longestClassWord, longestDescription, longestLabel } from '../personalize/class-word.ts';

/** The longest texts of a teach, in characters. */
export const teachLimits = {
  classWord: longestClassWord,
  label: longestLabel,
  description: longestDescription,
} as const;

/** What may be asked of a drawing, both ends included; platforms that check options themselves take them from here. */
export const drawingLimits = {
  count: { minimum: 1, maximum: 4 },
  seed: { minimum: 0, maximum: 2 ** 32 - 1 },
  steps: { minimum: 1, maximum: 100 },
  guidance: { minimum: 1, maximum: 20 },
} as const;
