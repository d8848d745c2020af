import type { RunningEngine } from '../../../src/engine/supervisor.ts';
import type { Studio } from '../../../src/studio/studio.ts';

/** A studio, and what does its jobs. */
export interface OpenStudio {
  readonly studio: Studio;
  readonly engine: RunningEngine;
  /** Why no jobs can be done now, a sentence; undefined where they can. */
  unready(): string | undefined;
  stop(): Promise<void>;
}
