import type { Progress } from '../engine/protocol.ts';
import type { Paces, Work } from './paces.ts';

/** A job that runs or waits on a server. */
export interface Activity {
  readonly kind: 'teach' | 'imagine';
  /** Id of the user who asked for it, where somebody did. */
  readonly user?: string;
  /** What the caller calls the job, where it calls it anything. */
  readonly job?: string;
  /** What is taught or drawn, in the user's words. */
  readonly what: string;
  /** How many jobs of its kind, of all servers, run or wait before it; 0 while it runs. */
  readonly ahead: number;
  /** Seconds until it is done, by what was measured of others like it and of its own steps; absent while nothing is. */
  readonly seconds?: number;
}

/** Watches what runs and waits, and has its times learnt. */
export interface ActivityWatch {
  /** Notes a job that waits. */
  enter(job: Omit<Activity, 'ahead' | 'seconds'> & { readonly server: string; readonly work: Work }): Watched;
  /** What runs and waits on a server, in the order in which it will be done. */
  of(server: string): readonly Activity[];
  /** Seconds until a job is done that another process was asked for; undefined while it runs, for its steps are told there. */
  foretold(job: Pick<Activity, 'kind' | 'ahead'> & { readonly work: Work }): number | undefined;
}

export interface Watched {
  /** It waits behind so many, or begins with none. */
  moved(ahead: number): void;
  /** How far its steps are. */
  stepped(progress: Progress): void;
  /** Seconds until it is done, as in {@link Activity}. */
  seconds(): number | undefined;
  /** It has ended; its time is learnt from where it was `done`. Resolves when that is kept. */
  ended(done: boolean): Promise<void>;
}

interface Job extends Omit<Activity, 'ahead' | 'seconds'> {
  readonly server: string;
  readonly work: Work;
  ahead: number;
  /** Milliseconds for which it was worked at, until it last began to wait again. */
  worked: number;
  /** Since when it is worked at, in milliseconds on the clock. */
  began?: number | undefined;
  /** When its steps will be done, by those that were. Milliseconds on the clock. */
  stepsDone?: number;
}

/** By kind, jobs that run at the same time, each of another server; none where there is nobody to do them. */
export type AtOnce = Readonly<Partial<Record<Activity['kind'], number>>>;

/**
 * @param atOnce how many there are now
 * @param now milliseconds
 */
export function watchActivity(
  atOnce: () => AtOnce,
  paces: Paces,
  now: () => number = () => performance.now(),
): ActivityWatch {
  const jobs = new Set<Job>();

  const workedSeconds = ({ worked, began }: Job) =>
    (worked + (began === undefined ? 0 : now() - began)) / 1000;

  const rest = (job: Job): number | undefined => {
    const { work, stepsDone } = job;
    const foretold = paces.seconds(work);
    const ends = [
      ...(foretold === undefined ? [] : [foretold - workedSeconds(job)]),
      ...(stepsDone === undefined ? [] : [(stepsDone - now()) / 1000]),
    ];
    return ends.length === 0 ? undefined : Math.max(1, ...ends);
  };

  /**
   * Jobs before it run side by side, but for those of its own server, which run one after another. Those that other
   * processes were asked for are taken to be as long as it is itself. What waits for nobody has no end.
   */
  const secondsOf = (job: Job): number | undefined => {
    const own = rest(job);
    const { [job.kind]: sideBySide = 0 } = atOnce();
    if (job.ahead > 0 && sideBySide === 0) return undefined;
    const before = [...jobs]
      .filter(({ kind, ahead }) => kind === job.kind && ahead < job.ahead)
      .map((one) => ({ server: one.server, seconds: rest(one) }));
    if (own === undefined || before.some(({ seconds }) => seconds === undefined)) return undefined;
    const sum = (some: typeof before) => some.reduce((total, { seconds = 0 }) => total + seconds, 0);
    const unseen = Math.max(0, job.ahead - before.length) * own;
    const ofServer = before.filter(({ server }) => server === job.server);
    const forATurn = job.ahead < sideBySide ? 0 : (sum(before) + unseen) / sideBySide;
    return Math.max(forATurn, sum(ofServer)) + own;
  };

  return {
    foretold: (job) => (job.ahead === 0 ? undefined : secondsOf({ ...job, server: '', what: '', worked: 0 })),

    enter(entered) {
      const job: Job = { ...entered, ahead: Number.MAX_SAFE_INTEGER, worked: 0 };
      jobs.add(job);
      return {
        moved(ahead) {
          job.ahead = ahead;
          if (ahead === 0) job.began ??= now();
          else if (job.began !== undefined) {
            job.worked = 1000 * workedSeconds(job);
            job.began = undefined;
            delete job.stepsDone;
          }
        },
        stepped({ secondsLeft }) {
          if (secondsLeft !== undefined) job.stepsDone = now() + secondsLeft * 1000;
        },
        seconds: () => secondsOf(job),
        async ended(done) {
          jobs.delete(job);
          if (done && job.began !== undefined) await paces.learn(job.work, workedSeconds(job));
        },
      };
    },

    of: (server) =>
      [...jobs]
        .filter((job) => job.server === server && job.ahead < Number.MAX_SAFE_INTEGER)
        .sort((a, b) => a.ahead - b.ahead)
        .map((job) => {
          const { kind, user, job: called, what, ahead } = job;
          const seconds = secondsOf(job);
          return {
            kind,
            ...(user !== undefined && { user }),
            ...(called !== undefined && { job: called }),
            what,
            ahead,
            ...(seconds !== undefined && { seconds }),
          };
        }),
  };
}
