import type { Ledger, PlatformRecords, ServerRecords } from '../../../model-store/store.ts';
import type { Progress } from '../../engine/protocol.ts';
import type { JobOptions } from '../../jobs/queue.ts';
import { attempt, type Result, unwrap } from '../../result.ts';
import { type ActivityWatch, type AtOnce, watchActivity } from '../activity.ts';
import { createPaces, type Work } from '../paces.ts';
import type { ImagineRequest, TeachRequest } from '../requests.ts';
import type { StudioTaskOptions } from '../studio.ts';
import { type AdmissionParts, createAdmission, type Wanted } from './admission.ts';
import { settingsKeeper } from './keep-settings.ts';
import type { ServerRules } from './rules.ts';
import { type Clock, type TimeLimits, timeLimit, withinTime } from './time-limit.ts';
import { type Counted, createUsage } from './usage.ts';

export interface ServerRulesOptions {
  readonly records: ServerRecords;
  readonly store: AdmissionParts['store'];
  /** Where the lessons are that other bots are at. */
  readonly ledger?: Ledger;
  /** That may be kept of one server's concepts. */
  readonly serverBytes: number;
  /** Jobs of each kind that run at the same time now. */
  readonly atOnce: () => AtOnce;
  /** Where it is kept how long work takes. */
  readonly measured?: Pick<PlatformRecords, 'read' | 'write'>;
  readonly timeLimits?: TimeLimits;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Something to be done that the settings may refuse, and that is shown while it is under way. */
export interface Order extends Wanted {
  /** What is taught or drawn, in the user's words. */
  readonly what: string;
}

export function serverRules(options: ServerRulesOptions): {
  readonly functions: ServerRules;
  readonly checkWords: ReturnType<typeof createAdmission>['checkWords'];
  readonly watch: ActivityWatch;
  /** To be awaited before it foretells anything. */
  timesKnown(): Promise<void>;
  /** Runs what the settings allow, and shows it as under way meanwhile. */
  run<T>(
    server: string,
    order: Order & { readonly work: Work },
    options: StudioTaskOptions,
    act: (options: JobOptions) => Promise<Result<T>>,
  ): Promise<Result<T>>;
} {
  const { records, atOnce, measured, timeLimits = {}, now = Date.now } = options;
  const keeper = settingsKeeper(records);
  const usage = createUsage(records, now);
  const admission = createAdmission({ ...options, settings: keeper.settings, usage });
  const paces = createPaces(measured);
  const watch = watchActivity(atOnce, paces, now);

  return {
    functions: {
      ...keeper,
      mayBeUsed: admission.checkUse,
      mayTeach: (server, request) => admission.check(server, lessonOf(request)),
      mayImagine: (server, request) => admission.check(server, drawingOf(request)),
      used: usage.used,
      refill: admission.forgive,
      allowance: (server, user, from) =>
        attempt(async () => {
          const { quotas } = unwrap(await keeper.settings(server));
          const [own, all] = [await usage.usedBy(server, user, from), await usage.used(server)];
          const of = (what: Counted, most: number, mostOfAll: number) => {
            const left = Math.max(0, Math.min(most - own[what], mostOfAll - all[what]));
            return { left, most };
          };
          return {
            lessons: of('lessons', quotas.lessonsPerUser, quotas.lessonsPerServer),
            pictures: of('pictures', quotas.picturesPerUser, quotas.picturesPerServer),
          };
        }),
      activity: async (server) => watch.of(server),
    },
    checkWords: admission.checkWords,
    watch,
    timesKnown: paces.known,

    run: (server, order, options, act) =>
      admission.run(server, { ...order, ...called(options) }, async (began) => {
        const { kind, what, by, work } = order;
        await paces.known();
        const whose = { ...(by && { user: by.user }), ...called(options) };
        const watched = watch.enter({ kind, server, what, work, ...whose });
        const positionHeard = (clock: Clock) => (ahead: number) => {
          watched.moved(ahead);
          if (ahead === 0) {
            began();
            return clock.begin(timeLimit(kind, paces.seconds(work), timeLimits));
          }
          clock.pause();
          const secondsLeft = watched.seconds();
          const foretold = secondsLeft === undefined ? {} : { secondsLeft };
          options.onProgress?.({ phase: 'waiting', step: 0, steps: 0, ahead, ...foretold });
        };
        const onProgress = (progress: Progress) => {
          watched.stepped(progress);
          options.onProgress?.(progress);
        };
        let done = false;
        try {
          const result = await withinTime(options.signal, (signal, clock) =>
            act({ ...options, signal, onPosition: positionHeard(clock), onProgress }),
          );
          done = result.ok;
          return result;
        } finally {
          await watched.ended(done);
        }
      }),
  };
}

/** A lesson as the settings look at it: class word, name and description may have none of the words that a server refuses. */
export function lessonOf(request: Omit<TeachRequest, 'pictures' | 'onRead'>): Order {
  const { by, classWord, label = '', description = '' } = request;
  return {
    kind: 'teach',
    what: classWord,
    texts: [classWord, label, description],
    amount: 1,
    ...(by && { by }),
  };
}

/** A negative prompt may have any word: it says what is not to be drawn. */
export function drawingOf({ by, prompt, count = 1 }: ImagineRequest): Order {
  return { kind: 'imagine', what: prompt, texts: [prompt], amount: count, ...(by && { by }) };
}

function called({ job }: StudioTaskOptions): Pick<StudioTaskOptions, 'job'> {
  return job === undefined ? {} : { job };
}
