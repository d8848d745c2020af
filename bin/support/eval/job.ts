import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Judges } from '../../../src/evaluation/judges.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import type { Turns } from '../../../src/personalize/method.ts';
import type { ProviderSetting } from '../../../src/runtime/provider.ts';
import type { Runtime } from '../../../src/runtime/session.ts';
import { type StreamName, streamFolder } from './archive.ts';

/** What one process of an evaluation does. Plain JSON. */
export type Job =
  | { readonly kind: 'base'; readonly what: BasePart }
  | ({ readonly kind: 'stream' } & StreamName);

export type StreamJob = Extract<Job, { kind: 'stream' }>;

/** Which pictures of the base model. */
export type BasePart = 'drift' | 'classes';

/** What all jobs of an evaluation have in common. Plain JSON. */
export interface JobContext {
  readonly out: string;
  /** Folders. */
  readonly model: string;
  readonly clip: string;
  readonly reader: string;
  readonly settings: EvaluationSettings;
  readonly commit: string | null;
  readonly provider: ProviderSetting;
  /** URL of a module that exports `openJudges`. */
  readonly judges: string;
}

/** What the module named in {@link JobContext.judges} exports. */
export interface JudgesModule {
  openJudges(runtime: Runtime, folders: Pick<JobContext, 'clip' | 'reader'>): Promise<Judges>;
}

/** Hears how a job gets on. Work is in the units of `work.ts`. */
export interface Listener {
  onDone(work: number, doing: string): void;
  /** Work that an earlier run has done. */
  onFound(work: number): void;
}

/** What a child process sends. Every job ends with one `result`. */
export type JobMessage =
  | { readonly type: 'done'; readonly work: number; readonly doing: string }
  | { readonly type: 'found'; readonly work: number }
  | { readonly type: 'result'; readonly problem?: { readonly code: string; readonly message: string } };

/** A step blocks the process, so the event loop turns before each. */
export const jobTurns: Turns = {
  async turn(action) {
    await setImmediate();
    return action();
  },
};

/** Where the base model's pictures are kept. */
export function basePictures(out: string, what: BasePart): string {
  return join(out, 'base', `${what}.safetensors`);
}

/** Where a stream keeps its row of the sheet. */
export function sheetPictures(out: string, name: StreamName): string {
  return join(streamFolder(out, name), 'sheet.safetensors');
}
