import { positionOf } from '../../text-rows.ts';
import type { Positions } from '../positions.ts';
import { words } from './words.ts';

/** Where the concept's own token stands; the words of a prompt that is without it. */
export const token: Positions = (encoding, id) => {
  const at = positionOf(encoding, id);
  return at < encoding.ids.length ? [at, at + 1] : words(encoding, id);
};
