import type { Ledger, PlatformRecords, ServerRecords, ServerStore } from '../../model-store/store.ts';
import type { ModelDescription } from '../engine/protocol.ts';
import { inProcessJobs } from '../jobs/in-process.ts';
import type { JobDriver, JobHandlers, JobOptions } from '../jobs/queue.ts';
import { defaultMethod } from '../method-names.ts';
import { attempt, type Result, unwrap } from '../result.ts';
import type { AtOnce } from './activity.ts';
import { serverData } from './data/server-data.ts';
import { type ImagineJob, prepareImagine } from './imagine.ts';
import { type StudioJobs, studioJobs } from './jobs.ts';
import { keeper } from './keep.ts';
import { type KeptJob, openKeptJob } from './kept-jobs.ts';
import type { Work } from './paces.ts';
import type { StudioLimits, StudioParts } from './parts.ts';
import { drawingOf, lessonOf, type Order, serverRules } from './rules/server-rules.ts';
import type { TimeLimits } from './rules/time-limit.ts';
import type { Shown } from './shown.ts';
import type { Studio } from './studio.ts';
import { prepareTeach, type TeachJob } from './teach.ts';
import { underWay } from './under-way.ts';
import { drawingWork, lessonWork } from './work.ts';

export interface StudioOptions
  extends Pick<StudioParts, 'store' | 'engine' | 'captioner' | 'model' | 'teachSteps'> {
  /** Whether pictures in which the subject is small are cut to it; true by default. */
  readonly closeUps?: boolean;
  /** Default 5: writing one takes less than a hundredth of that. */
  readonly checkpointSeconds?: number;
  readonly limits?: Partial<StudioLimits>;
  /** Name of the method that teaches on a server whose settings name none. CNS everywhere by default. */
  readonly methodOf?: (server: string) => string;
  /** In this process by default. */
  readonly jobs?: JobDriver;
  /** Whether the engine takes tasks now: where not, jobs in this process wait for it, ten minutes at most. */
  readonly able?: () => boolean;
  /** How many jobs run at the same time now; the limits say it where absent. */
  readonly atOnce?: () => AtOnce;
  /** Id of the base model that jobs are done with now, where that changes and is known: of another it is asked again what it is. */
  readonly modelNow?: () => string | undefined;
  /** The driver as somebody watches it. */
  readonly watched?: (driver: JobDriver) => JobDriver;
  /** What is kept of servers beside their concepts. */
  readonly servers: ServerStore;
  /** Where servers' settings are kept, and what counts towards their quotas. */
  readonly records: ServerRecords;
  /** Where jobs are kept that a restart takes up again; without one they end with the process. */
  readonly ledger?: Ledger;
  /** Where it is kept how long work takes; without it that is forgotten with the process. */
  readonly measured?: Pick<PlatformRecords, 'read' | 'write'>;
  /** The longest that jobs may take once they have begun; by what others took where absent. */
  readonly timeLimits?: TimeLimits;
  /** The clock of quotas, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Seconds for which a server's data outlives the bot's leaving. Default 30 days. */
  readonly graceSeconds?: number;
  /** Whether records or files are kept elsewhere than on this machine, which people are told. Default false. */
  readonly keptElsewhere?: boolean;
  /** Hears why the checkpoint of a job could not be brought where other machines find it. */
  readonly onUnshared?: (error: unknown, job: string) => void;
  /** Hears why the data of a server that left could not be deleted; the next hour tries again. */
  readonly onError?: (error: unknown) => void;
}

export const defaultLimits: StudioLimits = {
  pictureBytes: 10 * 2 ** 20,
  side: 1024,
  serverBytes: 6e9,
  running: { teach: 2, imagine: 2 },
  perServer: { teach: 10, imagine: 20 },
};

const defaultGrace = 30 * 24 * 3600;

/** What the studio works with, and what its servers' settings say. */
function partsOf(options: StudioOptions) {
  const limits = { ...defaultLimits, ...options.limits };
  const { methodOf = () => defaultMethod } = options;
  const rules = serverRules({
    ...options,
    serverBytes: limits.serverBytes,
    atOnce: options.atOnce ?? (() => limits.running),
  });
  const parts: StudioParts = {
    ...options,
    limits,
    closeUps: options.closeUps ?? true,
    checkpointSeconds: options.checkpointSeconds ?? 5,
    methodOf: async (server) => unwrap(await rules.functions.settings(server)).method ?? methodOf(server),
    flaggedOf: async (server) => unwrap(await rules.functions.settings(server)).flagged,
    describe: onceKnown(() => options.engine.describe(options.model), options.modelNow),
  };
  return { parts, rules };
}

/** The jobs of a studio, for a process that does them for studios on other machines. */
export function jobsFor(options: StudioOptions): JobHandlers<StudioJobs> {
  return studioJobs(partsOf(options).parts, { ...options, elsewhere: true });
}

/** A studio that ends its jobs when it is closed. The store and the engine are the caller's to close. */
export function createStudio(options: StudioOptions): Studio & { close(): Promise<void> } {
  const { parts, rules } = partsOf(options);
  const { store } = options;
  const { limits } = parts;
  const { watched = (one) => one, able = () => true } = options;
  const lanes = {
    teach: { running: limits.running.teach, perServer: limits.perServer.teach, able },
    imagine: { running: limits.running.imagine, perServer: limits.perServer.imagine, able },
  };
  const driver = watched(options.jobs ?? inProcessJobs(lanes));
  const jobs = driver<StudioJobs>(studioJobs(parts, options));

  const { servers, ledger, graceSeconds = defaultGrace, onError = () => {} } = options;
  const { keptElsewhere: elsewhere = false } = options;
  const mostConcepts = async (server: string) =>
    unwrap(await rules.functions.settings(server)).quotas.concepts;
  const keeping = { servers, graceSeconds, elsewhere, mostConcepts, onError, ...(ledger && { ledger }) };
  const data = serverData(parts, keeping);

  return {
    async teach(server, request, taskOptions = {}) {
      const { job: id } = taskOptions;
      const kept = await openKeptJob<TeachJob>(options.ledger, server, id);
      const known = await kept.work();
      const work = await attempt(async () => {
        const model = unwrap(await parts.describe());
        return lessonWork(model, await parts.methodOf(server), options.teachSteps);
      });
      if (!work.ok) return work;
      const isPutOff = () => kept.isPutOff(taskOptions.signal);
      const order = { ...lessonOf(request), work: work.value, isPutOff, ...(known && { admitted: true }) };
      const lesson = () =>
        rules.run(server, order, taskOptions, async (jobOptions) => {
          const job = await attempt(async () => known ?? prepareTeach(parts, server, request));
          if (!job.ok) return job;
          if (!known) await kept.accept(job.value, shownOf(order));
          if (kept.id !== undefined) taskOptions.onProgress?.({ phase: 'waiting', step: 0, steps: 0 });
          const given = travelling(kept, job.value, { ...jobOptions, admitted: known !== undefined });
          return jobs.run('teach', server, given.job, given.options);
        });
      return known ? data.lessonAgain(server, lesson, taskOptions) : data.lesson(server, lesson);
    },
    async imagine(server, request, taskOptions = {}) {
      const kept = await openKeptJob<ImagineJob>(options.ledger, server, taskOptions.job);
      const known = await kept.work();
      const job = await attempt(async () => {
        if (known) return known;
        await data.functions.keepServer(server);
        return prepareImagine(parts, server, request);
      });
      if (!job.ok) return job;
      const order = {
        ...drawingOf({ ...request, count: job.value.count }),
        work: drawingWork(unwrap(await parts.describe()), job.value),
        isPutOff: () => kept.isPutOff(taskOptions.signal),
        ...(known && { admitted: true }),
      };
      return rules.run(server, order, taskOptions, async (jobOptions) => {
        if (!known) await kept.accept(job.value, shownOf(order));
        const given = travelling(kept, job.value, { ...jobOptions, admitted: known !== undefined });
        return jobs.run('imagine', server, given.job, given.options);
      });
    },
    ...keeper(store, rules.checkWords),
    ...rules.functions,
    ...data.functions,
    activity: (server) => underWay({ ...rules, ledger, jobs }, server),
    async close() {
      await jobs.close();
      await data.close();
    },
  };
}

function shownOf({ kind, what, by, work: { like, size } }: Order & { readonly work: Work }): Shown {
  return { kind, what, ...(by && { user: by.user }), work: { like, size } };
}

/** A job as it is given to the driver: what the ledger keeps stays there. */
function travelling<Job>(kept: KeptJob<Job>, job: Job, options: JobOptions) {
  if (kept.path === undefined) return { job, options };
  const { acceptedAt } = kept;
  const known = { kept: true, ...(acceptedAt !== undefined && { acceptedAt }) };
  return { job: undefined, options: { ...options, ...known } };
}

function onceKnown(
  ask: () => Promise<Result<ModelDescription>>,
  modelNow: () => string | undefined = () => undefined,
): () => Promise<Result<ModelDescription>> {
  let known: Result<ModelDescription> | undefined;
  return async () => {
    const now = modelNow();
    if (known?.ok && (now === undefined || known.value.id === now)) return known;
    known = await ask();
    return known;
  };
}
