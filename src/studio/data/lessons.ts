import type { Ledger } from '../../../model-store/store.ts';
import { tokenOf } from '../../concept.ts';
import { raise } from '../../result.ts';
import { keptLessons } from '../lessons.ts';
import { beingTaught } from '../rules/sentences.ts';

/**
 * Raises 'not-allowed' while whatever bot that shares the ledger is at a lesson of the server, and where one that was given up, and may be
 * done yet, has one of the numbers.
 */
export async function requireNoLesson(
  ledger: Ledger | undefined,
  server: string,
  numbers: readonly number[],
): Promise<void> {
  for (const { number, givenUp } of await keptLessons(ledger, server)) {
    if (!givenUp) raise('not-allowed', beingTaught);
    if (number !== undefined && numbers.includes(number)) raise('not-allowed', keptFor(tokenOf(number)));
  }
}

function keptFor(token: string): string {
  return `${token} is kept for a lesson that was given up and may be done yet. Ask whoever runs the bot to have it done, or to drop it.`;
}
