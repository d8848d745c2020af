import { z } from 'zod';
import type { Ledger } from '../../../model-store/store.ts';
import { tokenOf } from '../../concept.ts';
import { raise } from '../../result.ts';
import { beingTaught } from '../rules/sentences.ts';
import { shownSchema } from '../shown.ts';

const notesSchema = z.object({ number: z.number() });

/**
 * Raises 'not-allowed' while whatever bot that shares the ledger is at a lesson of the server, and where one that was given up, and may be
 * done yet, has one of the numbers. A lesson that is accepted later reserves its number later.
 */
export async function requireNoLesson(
  ledger: Ledger | undefined,
  server: string,
  numbers: readonly number[],
): Promise<void> {
  if (!ledger) return;
  const list = (part: 'shown' | 'notes' | 'dead') => ledger.list(part, server);
  const [shown, notes, dead] = await Promise.all([list('shown'), list('notes'), list('dead')]);
  const givenUp = new Set(dead.map(({ job }) => job));
  const lessons = new Map<string, number | undefined>();
  for (const { job, value } of shown)
    if (shownSchema.safeParse(value).data?.kind === 'teach') lessons.set(job, undefined);
  for (const { job, value } of notes) {
    const { data } = notesSchema.safeParse(value);
    if (data) lessons.set(job, data.number);
  }
  for (const [job, number] of lessons) {
    if (!givenUp.has(job)) raise('not-allowed', beingTaught);
    if (number !== undefined && numbers.includes(number)) raise('not-allowed', keptFor(tokenOf(number)));
  }
}

function keptFor(token: string): string {
  return `${token} is kept for a lesson that was given up and may be done yet. Ask whoever runs the bot to have it done, or to drop it.`;
}
