import type { Holder, Ledger } from '../../model-store/store.ts';
import type { JobContext, JobHandlers } from '../jobs/queue.ts';
import { attempt, raise } from '../result.ts';
import { shareCheckpoint } from './checkpoints.ts';
import { type ImagineJob, imagine } from './imagine.ts';
import { type KeptJob, openKeptJob } from './kept-jobs.ts';
import type { StudioParts } from './parts.ts';
import type { Imagined, Taught } from './studio.ts';
import { type TeachJob, teach } from './teach.ts';

/** What takes the engine long. The data of a job that the ledger keeps stands there, and need not travel. */
export type StudioJobs = {
  teach: { data: TeachJob | undefined; outcome: Taught };
  imagine: { data: ImagineJob | undefined; outcome: Imagined };
};

export interface StudioJobsOptions {
  /** Where jobs are kept that were accepted, and how far they are. */
  readonly ledger?: Ledger;
  /** Whether the next to go on with a job may be another machine, which finds its checkpoint in the ledger. */
  readonly elsewhere?: boolean;
  /** Hears why the checkpoint of a job could not be brought there. */
  readonly onUnshared?: (error: unknown, job: string) => void;
}

/** Does them, in whatever process the engine is. */
export function studioJobs(
  parts: StudioParts,
  { ledger, elsewhere = false, onUnshared = () => {} }: StudioJobsOptions,
): JobHandlers<StudioJobs> {
  /** From then on none that had the job before can write anything of it. */
  const hold = async (server: string, { job, confirm }: JobContext): Promise<Holder> => {
    if (!elsewhere) return {};
    const holder = { fence: await confirm() };
    const isKept = job !== undefined && (await ledger?.read(server, job, 'order')) !== undefined;
    if (isKept) await ledger?.write(server, job, {}, holder);
    return holder;
  };
  const open = async <Job>(
    server: string,
    given: Job | undefined,
    { job: id }: JobContext,
    holder: Holder,
  ) => {
    const kept = await openKeptJob<Job>(ledger, server, id, holder);
    return { kept, job: given ?? (await kept.work()) ?? raise('cancelled', dropped) };
  };
  const sharing = (
    server: string,
    { path }: KeptJob<TeachJob>,
    { job, gotOn }: JobContext,
    holder: Holder,
  ) => {
    if (!elsewhere || !ledger || path === undefined || job === undefined) return undefined;
    const milliseconds = 1000 * Math.min(15, Math.max(3, 3 * parts.checkpointSeconds));
    const failed = (error: unknown) => onUnshared(error, job);
    return shareCheckpoint(ledger, server, job, { holder, gotOn, onUnshared: failed, milliseconds });
  };

  return {
    teach: (server, given, context) =>
      attempt(async () => {
        const holder = await hold(server, context);
        const { kept, job } = await open(server, given, context, holder);
        const shared = await sharing(server, kept, context, holder);
        try {
          return await teach(parts, server, job, kept, context);
        } finally {
          await shared?.end();
        }
      }),
    imagine: (server, given, context) =>
      attempt(async () => imagine(parts, server, (await open(server, given, context, {})).job, context)),
  };
}

const dropped = 'What was asked for is not kept any more; nothing was changed.';
