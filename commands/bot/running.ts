import { randomBytes } from 'node:crypto';
import { stopping } from '../../src/studio/studio.ts';
import type { RunningJob, User } from '../command.ts';

/** A running job, seen by those who may stop it. */
export interface LiveJob extends RunningJob {
  readonly server: string;
  readonly user: string;
  readonly signal: AbortSignal;
  /** Called when it is in line or being done. */
  onUnderWay(): void;
}

/** What is under way in this process. */
export interface RunningJobs {
  /** @param id one that it had before a restart; a new one by default */
  start(server: string, user: string, command: string, id?: string): LiveJob;
  end(job: LiveJob): void;
  /** Whether it was put off until the next start. */
  isPutOff(id: string): boolean;
  /** Notes whether it waits for its turn now. */
  waits(id: string, waiting: boolean): void;
  of(server: string, user: string): readonly LiveJob[];
  /** False where no such job runs on the server, or it is not the user's to stop. */
  cancel(server: string, user: User, id: string): boolean;
  /** Stops a job, whosever it is. */
  stop(id: string): void;
  /** Puts one off. */
  putOff(id: string): void;
  /** Puts off until the next start whatever is under way; of accepted jobs that other machines do, only the waiting for them ends. */
  putOffAll(): void;
  /** Puts off what waits for its turn, and whatever comes to wait; resolves when all else has ended. */
  drain(): Promise<void>;
}

interface Entry {
  readonly job: LiveJob;
  readonly controller: AbortController;
  waiting: boolean;
  putOff: boolean;
}

/** They tell and stop what is under way, so they are no part of what one may have of that. */
export const uncounted: ReadonlySet<string> = new Set(['cancel', 'queue']);

export function createRunningJobs(): RunningJobs {
  const jobs = new Map<string, Entry>();
  let draining: PromiseWithResolvers<void> | undefined;

  /** What somebody has cancelled already is cancelled, and does not come again. */
  const putOff = (entry: Entry) => {
    if (entry.controller.signal.aborted) return;
    entry.putOff = true;
    entry.controller.abort(stopping);
  };
  const look = () => {
    if (!draining) return;
    for (const entry of jobs.values()) if (entry.waiting) putOff(entry);
    if (jobs.size === 0) draining.resolve();
  };

  return {
    start(server, user, command, id = randomBytes(6).toString('base64url')) {
      const controller = new AbortController();
      const job = { id, server, user, command, signal: controller.signal, onUnderWay() {} };
      jobs.set(id, { job, controller, waiting: false, putOff: false });
      return job;
    },
    end({ id }) {
      jobs.delete(id);
      look();
    },
    isPutOff: (id) => jobs.get(id)?.putOff === true,
    waits(id, waiting) {
      const entry = jobs.get(id);
      if (entry) entry.waiting = waiting;
      look();
    },
    of: (server, user) =>
      [...jobs.values()].map(({ job }) => job).filter((job) => job.server === server && job.user === user),
    cancel(server, user, id) {
      const found = jobs.get(id);
      if (!found || found.job.server !== server) return false;
      if (found.job.user !== user.id && user.role !== 'administrator') return false;
      found.controller.abort();
      return true;
    },
    stop: (id) => jobs.get(id)?.controller.abort(),
    putOff(id) {
      const entry = jobs.get(id);
      if (entry) putOff(entry);
    },
    putOffAll() {
      for (const entry of jobs.values()) putOff(entry);
    },
    drain() {
      draining ??= Promise.withResolvers<void>();
      look();
      return draining.promise;
    },
  };
}
