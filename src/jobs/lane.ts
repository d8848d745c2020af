import type { Result } from '../result.ts';
import { notBegun, tooMany } from './refusals.ts';
import { whenAble } from './when-able.ts';
import { whenChanged } from './when-changed.ts';

export interface LaneLimits {
  /** Servers whose jobs may run at the same time. */
  readonly running: number;
  /** Jobs that one server may have, running and waiting. */
  readonly perServer: number;
  /** Whether work can be done now. Where not, what has its turn begins when it can be, or ten minutes later, be it in vain. */
  readonly able?: () => boolean;
}

/** Where jobs of one kind wait for their turn. */
export interface Lane {
  /** Runs `work` when its turn comes. 'cancelled' where `signal` aborts before, 'not-allowed' where the lane is full and it was not `admitted` before. */
  run<T>(
    server: string,
    work: () => Promise<Result<T>>,
    signal: AbortSignal,
    onPosition: (ahead: number) => void,
    admitted?: boolean,
  ): Promise<Result<T>>;
}

interface Waiting {
  readonly server: string;
  readonly round: number;
  readonly tell: (ahead: number) => void;
  readonly begin: () => void;
}

/**
 * A server's jobs run one after another, in the order in which they came. Between servers the lane is fair: a job waits
 * in the round after its server's last one, and rounds follow each other, so that one server's ten jobs hold up
 * another's first by no more than one.
 */
export function createLane(limits: LaneLimits): Lane {
  const { able = () => true } = limits;
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
      job.begin();
    }
    for (const [index, { tell }] of waiting.entries()) tell(running.size + index);
  };

  /** A server that comes again in the same round must wait for the next, so it is remembered until the round is over. */
  const forgetIdle = () => {
    for (const [server, { jobs, lastRound }] of servers) {
      if (jobs === 0 && lastRound < round) servers.delete(server);
    }
  };

  const turn = (server: string, signal: AbortSignal, tell: (ahead: number) => void) =>
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
      const job: Waiting = { server, round: state.lastRound, tell, begin };
      const before = waiting.findLastIndex((other) => other.round <= job.round);
      waiting.splice(before + 1, 0, job);
      signal.addEventListener('abort', leave, { once: true });
      next();
    });

  /** Does what has its turn, once it can be done. */
  const inTurn = async <T>(
    work: () => Promise<Result<T>>,
    signal: AbortSignal,
    tell: (ahead: number) => void,
  ): Promise<Result<T>> => {
    if (!able()) {
      tell(1);
      await whenAble(able, signal);
    }
    if (signal.aborted) return notBegun;
    tell(0);
    return work();
  };

  return {
    async run(server, work, signal, onPosition, admitted = false) {
      const state = servers.get(server) ?? { jobs: 0, lastRound: 0 };
      if (!admitted && state.jobs >= limits.perServer) {
        return tooMany(state.jobs);
      }
      if (signal.aborted) return notBegun;
      servers.set(server, state);
      state.jobs++;
      const tell = whenChanged(onPosition);
      try {
        if (!(await turn(server, signal, tell))) return notBegun;
        return await inTurn(work, signal, tell).finally(() => running.delete(server));
      } finally {
        state.jobs--;
        next();
        forgetIdle();
      }
    },
  };
}
