import type { Ledger } from '../../model-store/store.ts';

/** What the studio keeps of a job, so that a restart takes it up where it was. */
export interface KeptJob<Work> {
  /** What is to be done, as it was accepted; undefined for a job that was not. */
  work(): Promise<Work | undefined>;
  accept(work: Work): Promise<void>;
  /** What was decided on the way and must not be decided again. */
  notes(): Promise<JobNotes>;
  note(notes: JobNotes): Promise<void>;
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

/** A job without an id, or without a ledger, is kept in memory alone, and ends with the process. */
export function keptJob<Work>(
  ledger: Ledger | undefined,
  server: string,
  job: string | undefined,
): KeptJob<Work> {
  let current: JobNotes = {};
  if (!ledger || job === undefined) {
    return {
      work: async () => undefined,
      accept: async () => {},
      notes: async () => current,
      async note(notes) {
        current = { ...current, ...notes };
      },
    };
  }
  const notes = async () => ((await ledger.read(server, job, 'notes')) ?? {}) as JobNotes;
  return {
    work: async () => (await ledger.read(server, job, 'work')) as Work | undefined,
    accept: (work) => ledger.write(server, job, { work }),
    notes,
    note: async (more) => ledger.write(server, job, { notes: { ...(await notes()), ...more } }),
    path: ledger.path(job),
  };
}
