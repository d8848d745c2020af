import { failure } from '../result.ts';

/** What every driver answers instead of beginning a job. */
export const notBegun = failure('cancelled', 'Stopped before it began; nothing was changed.');

/** @param count jobs of its kind that the server has */
export function tooMany(count: number) {
  return failure('not-allowed', `${count} of these are under way or waiting here: wait until one ends.`);
}
