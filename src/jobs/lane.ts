import type { Result } from '../result.ts';
import { notBegun, tooMany } from './refusals.ts';
import { whenChanged } from './when-changed.ts';

export interface LaneLimits {
  /** Servers whose jobs may run at the same time. */
  readonly running: number;
  /** Jobs that one server may have, running and waiting. */
  readonly perServer: number;
}

/** Where jobs of one kind wait for their turn. */
export interface Lane {
  /** Runs `work` when its turn comes. 'cancelled' where `signal` aborts before, 'not-allowed' where the lane is full. */
  run<T>(
    server: string,
    work: () => Promise<Result<T>>,
    signal: AbortSignal,
    onPosition: (ahead: number) => void,
  ): Promise<Result<T>>;
}

interface Waiting {
  readonly server: string;
  readonly round: number;
  readonly onPosition: (ahead: number) => void;
  readonly begin: () => void;
}

/**
 * A server's jobs run one after another, in the order in which they came. Between servers the lane is fair: a job waits
 * in the round after its server's last one, and rounds follow each other, so that one server's ten jobs hold up
 * another's first by no more than one.
 */
export function createLane(limits: LaneLimits): Lane {
  const waiting: Waiting[] = [];
  const running = new Set<string>();
  const servers = new Map<string, { jobs: number; lastRound: number }>();
  let round = 0;

  const next = () => {
    for (;;) {
      const index =
        running.size < limits.running ? waiting.findIndex(({ server }) => !running.has(server)) : -1;
      const job = waiting[index];
      if (!job) break;
      waiting.splice(index, 1);
      running.add(job.server);
      round = job.round;
      job.onPosition(0);
      job.begin();
    }
    for (const [index, { onPosition }] of waiting.entries()) onPosition(running.size + index);
  };

  /** A server that comes again in the same round must wait for the next, so it is remembered until the round is over. */
  const forgetIdle = () => {
    for (const [server, { jobs, lastRound }] of servers) {
      if (jobs === 0 && lastRound < round) servers.delete(server);
    }
  };

  const turn = (server: string, signal: AbortSignal, onPosition: (ahead: number) => void) =>
    new Promise<boolean>((resolve) => {
      const state = servers.get(server)!;
      state.lastRound = Math.max(round, state.lastRound + 1);
      const leave = () => {
        waiting.splice(waiting.indexOf(job), 1);
        resolve(false);
        next();
      };
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const job: Waiting = { server, round: state.lastRound, onPosition: whenChanged(onPosition), begin };
      const before = waiting.findLastIndex((other) => other.round <= job.round);
      waiting.splice(before + 1, 0, job);
      signal.addEventListener('abort', leave, { once: true });
      next();
    });

  return {
    async run(server, work, signal, onPosition) {
      const state = servers.get(server) ?? { jobs: 0, lastRound: 0 };
      if (state.jobs >= limits.perServer) {
        return tooMany(state.jobs);
      }
      if (signal.aborted) return notBegun;
      servers.set(server, state);
      state.jobs++;
      try {
        if (!(await turn(server, signal, onPosition))) return notBegun;
        return await work().finally(() => running.delete(server));
      } finally {
        state.jobs--;
        next();
        forgetIdle();
      }
    },
  };
}
