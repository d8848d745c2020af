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
  of(server: string, user: string): readonly LiveJob[];
  /** False where no such job runs on the server, or it is not the user's to stop. */
  cancel(server: string, user: User, id: string): boolean;
  /** Of accepted jobs that other machines do, only the waiting for them ends. */
  stopAll(): void;
}

/** They tell and stop what is under way, so they are no part of what one may have of that. */
export const uncounted: ReadonlySet<string> = new Set(['cancel', 'queue']);

export function createRunningJobs(): RunningJobs {
  const jobs = new Map<string, { readonly job: LiveJob; readonly controller: AbortController }>();
  return {
    start(server, user, command, id = randomBytes(6).toString('base64url')) {
      const controller = new AbortController();
      const job = { id, server, user, command, signal: controller.signal, onUnderWay() {} };
      jobs.set(id, { job, controller });
      return job;
    },
    end(job) {
      jobs.delete(job.id);
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
    stopAll() {
      for (const { controller } of jobs.values()) controller.abort(stopping);
    },
  };
}
