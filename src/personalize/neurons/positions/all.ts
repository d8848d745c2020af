import type { Positions } from '../positions.ts';

/** All that the model attends to: start token, words, end token and padding. */
export const all: Positions = ({ ids }) => [0, ids.length];
