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
  /** Seconds until it is done, by how long others of its kind took; absent while none has been measured. */
  readonly seconds?: number;
}

/** Watches what runs and waits, and learns how long it takes. */
export interface ActivityWatch {
  /** Notes a job that waits. @param size what its time grows with: pictures to be drawn, 1 for a lesson */
  enter(
    job: Omit<Activity, 'ahead' | 'seconds'> & { readonly server: string; readonly size: number },
  ): Watched;
  /** What runs and waits on a server, in the order in which it will be done. */
  of(server: string): readonly Activity[];
}

export interface Watched {
  /** It waits behind so many, or begins with none. */
  moved(ahead: number): void;
  /** It has ended; its time is learnt from where it was `done`. */
  ended(done: boolean): void;
}

interface Job extends Omit<Activity, 'ahead' | 'seconds'> {
  readonly server: string;
  readonly size: number;
  ahead: number;
  /** Milliseconds on the clock. */
  began?: number;
}

/** Times of the last jobs of a kind that are learnt from. */
const mostTimes = 20;

/**
 * @param atOnce jobs of a kind that run at the same time, each of another server
 * @param now milliseconds
 */
export function watchActivity(
  atOnce: Readonly<Record<Activity['kind'], number>>,
  now: () => number = () => performance.now(),
): ActivityWatch {
  const jobs = new Set<Job>();
  const times: Readonly<Record<Activity['kind'], number[]>> = { teach: [], imagine: [] };

  /** Seconds that a job of size 1 takes, by the mean of those measured. */
  const pace = (kind: Activity['kind']) => {
    const measured = times[kind];
    return measured.length === 0 ? undefined : measured.reduce((sum, one) => sum + one, 0) / measured.length;
  };

  const rest = ({ size, began }: Job, perSize: number) =>
    began === undefined ? size * perSize : Math.max(1, size * perSize - (now() - began) / 1000);

  /** Jobs before it run side by side, but for those of its own server, which run one after another. */
  const secondsOf = (job: Job): number | undefined => {
    const perSize = pace(job.kind);
    if (perSize === undefined) return undefined;
    const before = [...jobs].filter(({ kind, ahead }) => kind === job.kind && ahead < job.ahead);
    const sum = (some: readonly Job[]) => some.reduce((seconds, one) => seconds + rest(one, perSize), 0);
    const own = before.filter(({ server }) => server === job.server);
    return Math.max(sum(before) / atOnce[job.kind], sum(own)) + rest(job, perSize);
  };

  return {
    enter(entered) {
      const job: Job = { ...entered, ahead: Number.MAX_SAFE_INTEGER };
      jobs.add(job);
      return {
        moved(ahead) {
          job.ahead = ahead;
          if (ahead === 0) job.began ??= now();
        },
        ended(done) {
          jobs.delete(job);
          if (!done || job.began === undefined) return;
          const measured = times[job.kind];
          measured.push((now() - job.began) / 1000 / job.size);
          if (measured.length > mostTimes) measured.shift();
        },
      };
    },

    of: (server) =>
      [...jobs]
        .filter((job) => job.server === server && job.ahead < Number.MAX_SAFE_INTEGER)
        .sort((a, b) => a.ahead - b.ahead)
        .map((job) => {
          const { server: _, size: __, began: ___, ...activity } = job;
          const seconds = secondsOf(job);
          return { ...activity, ...(seconds !== undefined && { seconds }) };
        }),
  };
}
