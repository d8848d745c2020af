import { z } from 'zod';
import type { Ledger } from '../../model-store/store.ts';
import { shownSchema } from './shown.ts';

/** A lesson that was accepted, by whatever bot that shares the ledger, and has not ended. */
export interface KeptLesson {
  readonly job: string;
  /** Its concept's, once it has one. */
  readonly number?: number;
  /** Whether it was given up, and may be done yet. */
  readonly givenUp: boolean;
}

const notesSchema = z.object({ number: z.number() });

/** A server's lessons. One that is accepted later reserves its number later. */
export async function keptLessons(
  ledger: Ledger | undefined,
  server: string,
): Promise<readonly KeptLesson[]> {
  if (!ledger) return [];
  const list = (part: 'shown' | 'notes' | 'dead') => ledger.list(part, server);
  const [shown, notes, dead] = await Promise.all([list('shown'), list('notes'), list('dead')]);
  const givenUp = new Set(dead.map(({ job }) => job));
  const numbers = new Map<string, number | undefined>();
  for (const { job, value } of shown)
    if (shownSchema.safeParse(value).data?.kind === 'teach') numbers.set(job, undefined);
  for (const { job, value } of notes) {
    const { data } = notesSchema.safeParse(value);
    if (data) numbers.set(job, data.number);
  }
  return [...numbers].map(([job, number]) => ({
    job,
    givenUp: givenUp.has(job),
    ...(number !== undefined && { number }),
  }));
}
