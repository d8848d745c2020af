import type { ModelDescription } from '../engine/protocol.ts';
import { inProcessJobs } from '../jobs/in-process.ts';
import type { JobDriver, JobOptions } from '../jobs/queue.ts';
import { defaultMethod } from '../method-names.ts';
import { attempt, type Result } from '../result.ts';
import { type ImagineJob, imagine, prepareImagine } from './imagine.ts';
import { keeper } from './keep.ts';
import type { StudioLimits, StudioParts } from './parts.ts';
import type { Imagined, Studio, TaskOptions, Taught } from './studio.ts';
import { prepareTeach, type TeachJob, teach } from './teach.ts';

export interface StudioOptions
  extends Pick<StudioParts, 'store' | 'engine' | 'captioner' | 'model' | 'teachSteps'> {
  readonly drawing?: Partial<StudioParts['drawing']>;
  readonly limits?: Partial<StudioLimits>;
  /** CNS everywhere by default. */
  readonly methodOf?: StudioParts['methodOf'];
  /** In this process by default. */
  readonly jobs?: JobDriver;
}

type StudioJobs = {
  teach: { data: TeachJob; outcome: Taught };
  imagine: { data: ImagineJob; outcome: Imagined };
};

const defaultLimits: StudioLimits = {
  pictureBytes: 10 * 2 ** 20,
  running: { teach: 2, imagine: 2 },
  perServer: { teach: 10, imagine: 20 },
};

/** A studio that ends its jobs when it is closed. The store and the engine are the caller's to close. */
export function createStudio(options: StudioOptions): Studio & { close(): Promise<void> } {
  const limits = { ...defaultLimits, ...options.limits };
  const parts: StudioParts = {
    ...options,
    limits,
    methodOf: options.methodOf ?? (() => defaultMethod),
    drawing: { steps: 25, guidanceScale: 4, ...options.drawing },
    describe: onceKnown(() => options.engine.describe(options.model)),
  };
  const lanes = {
    teach: { running: limits.running.teach, perServer: limits.perServer.teach },
    imagine: { running: limits.running.imagine, perServer: limits.perServer.imagine },
  };
  const driver = options.jobs ?? inProcessJobs(lanes);
  const jobs = driver<StudioJobs>({
    teach: (server, job, context) => attempt(() => teach(parts, server, job, context)),
    imagine: (server, job, context) => attempt(() => imagine(parts, server, job, context)),
  });

  return {
    async teach(server, request, taskOptions = {}) {
      const job = await attempt(() => prepareTeach(parts, server, request));
      return job.ok ? jobs.run('teach', server, job.value, jobOptions(taskOptions)) : job;
    },
    async imagine(server, request, taskOptions = {}) {
      const job = await attempt(() => prepareImagine(parts, server, request));
      return job.ok ? jobs.run('imagine', server, job.value, jobOptions(taskOptions)) : job;
    },
    ...keeper(options.store),
    serverLeft: async () => {},
    serverJoined: async () => {},
    close: () => jobs.close(),
  };
}

/** Waiting is shown as progress, once there is something to wait for. */
function jobOptions(options: TaskOptions): JobOptions {
  const onPosition = (ahead: number) => {
    if (ahead > 0) options.onProgress?.({ phase: 'waiting', step: 0, steps: 0, ahead });
  };
  return { ...options, onPosition };
}

function onceKnown(ask: () => Promise<Result<ModelDescription>>): () => Promise<Result<ModelDescription>> {
  let known: Result<ModelDescription> | undefined;
  return async () => {
    if (known?.ok) return known;
    known = await ask();
    return known;
  };
}
