import type { Positions } from '../positions.ts';

/**
 * A caption's own tokens. The start and end tokens and the padding are left out: they are nearly the same for every
 * caption and would make all captions look alike.
 */
export const words: Positions = ({ length }) => [1, length - 1];
