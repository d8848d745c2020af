import { z } from 'zod';
import type { Holder, Ledger } from '../../model-store/store.ts';
import { stopping } from '../jobs/queue.ts';
import type { Shown } from './shown.ts';

/** What the studio reads of a job's order, which is the caller's. */
const orderSchema = z.object({ at: z.number() });

/** What the studio keeps of a job, so that a restart takes it up where it was. */
export interface KeptJob<Work> {
  /** What is to be done, as it was accepted; undefined for a job that was not. */
  work(): Promise<Work | undefined>;
  accept(work: Work, shown: Shown): Promise<void>;
  /** When it was accepted, in milliseconds since the epoch; undefined where nothing is kept. */
  readonly acceptedAt?: number;
  /** Whether a restart takes it up where this signal has ended it. */
  isPutOff(signal: AbortSignal | undefined): boolean;
  /** What was decided on the way and must not be decided again. */
  notes(): Promise<JobNotes>;
  note(notes: JobNotes): Promise<void>;
  /** Its id; undefined where nothing is kept. */
  readonly id?: string;
  /** A file for what the engine keeps on the way; undefined where nothing is kept. */
  readonly path?: string;
}

export interface JobNotes {
  /** Number of the concept that is taught. */
  readonly number?: number;
  /** Name of the method that teaches it. */
  readonly method?: string;
  readonly captions?: readonly (readonly string[])[];
  /** What to tell about captions. */
  readonly captionNote?: string;
  /** What to tell about the lesson that has ended. */
  readonly told?: readonly string[];
}

/**
 * A job that nobody has accepted, for a restart to take up, is kept in memory alone, and ends with the process. What is written of one
 * that has ended, or is another's by now, raises 'cancelled'.
 */
export async function openKeptJob<Work>(
  ledger: Ledger | undefined,
  server: string,
  job: string | undefined,
  holder: Holder = {},
): Promise<KeptJob<Work>> {
  if (!ledger || job === undefined) return inMemory();
  const order = await ledger.read(server, job, 'order');
  if (order === undefined) return inMemory();
  const { data } = orderSchema.safeParse(order);
  return { ...inLedger(ledger, server, job, holder), ...(data && { acceptedAt: data.at }) };
}

function inMemory<Work>(): KeptJob<Work> {
  let current: JobNotes = {};
  return {
    work: async () => undefined,
    accept: async () => {},
    isPutOff: () => false,
    notes: async () => current,
    async note(notes) {
      current = { ...current, ...notes };
    },
  };
}

function inLedger<Work>(ledger: Ledger, server: string, job: string, holder: Holder): KeptJob<Work> {
  let accepted = false;
  const notes = async () => ((await ledger.read(server, job, 'notes')) ?? {}) as JobNotes;
  return {
    async work() {
      const work = await ledger.read(server, job, 'work');
      accepted = work !== undefined;
      return work as Work | undefined;
    },
    async accept(work, shown) {
      await ledger.write(server, job, { work, shown }, holder);
      accepted = true;
    },
    isPutOff: (signal) => accepted && signal?.reason === stopping,
    notes,
    note: async (more) => ledger.write(server, job, { notes: { ...(await notes()), ...more } }, holder),
    id: job,
    path: ledger.path(job),
  };
}
