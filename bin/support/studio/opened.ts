import type { RunningEngine } from '../../../src/engine/supervisor.ts';
import type { Leases, Studio } from '../../../src/studio/studio.ts';

/** A studio, and what does its jobs. */
export interface OpenStudio {
  readonly studio: Studio;
  readonly engine: RunningEngine;
  /** Which of several bots answers a job, where there may be several. */
  readonly leases?: Leases;
  /** Why no jobs can be done now, a sentence; undefined where they can. */
  unready(): string | undefined;
  stop(): Promise<void>;
}
