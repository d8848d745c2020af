import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { VariantSettings } from '../../../src/evaluation/ablation.ts';
import { type BoundName, boundNames } from '../../../src/evaluation/print.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import type { Judges } from '../../../src/judges/judges.ts';
import type { Turns } from '../../../src/personalize/method.ts';
import type { ProviderSetting } from '../../../src/runtime/provider.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { isThere } from './archive.ts';

/** What one process of an evaluation does. Plain JSON. */
export type Job =
  | { readonly kind: 'base'; readonly what: BasePart }
  | { readonly kind: 'bound'; readonly bound: BoundName }
  | ({ readonly kind: 'stream' } & StreamName)
  | ({ readonly kind: 'variant' } & VariantName & VariantSettings);

export type StreamJob = Extract<Job, { kind: 'stream' }>;
export type BoundJob = Extract<Job, { kind: 'bound' }>;
export type VariantJob = Extract<Job, { kind: 'variant' }>;

/** One method's way through one order. */
export interface StreamName {
  readonly method: string;
  readonly order: number;
}

/** What an ablation compares, by its settings' key and as people know it. */
export interface VariantName {
  readonly key: string;
  readonly label: string;
}

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

/** The folder of a stream's files. */
export function streamFolder(out: string, { method, order }: StreamName): string {
  return join(out, 'streams', method, `order-${order}`);
}

/** The folder of a variant's files. */
export function variantFolder(out: string, { key }: Pick<VariantName, 'key'>): string {
  return join(out, 'variants', key);
}

/** Where the base model's pictures are kept. */
export function basePictures(out: string, what: BasePart): string {
  return join(out, 'base', `${what}.safetensors`);
}

/** Those of the base model's pictures that are not drawn yet. */
export async function missingBase(out: string): Promise<readonly Job[]> {
  const missing: Job[] = [];
  for (const what of ['drift', 'classes'] as const)
    if (!(await isThere(basePictures(out, what)))) missing.push({ kind: 'base', what });
  return missing;
}

/** The folder of the numbers that methods are held against. */
export function boundsFolder(out: string): string {
  return join(out, 'bounds');
}

/** Where one of them is kept. */
export function boundFile(out: string, bound: BoundName): string {
  return join(boundsFolder(out), `${bound}.json`);
}

/** Those that are not measured yet. */
export async function missingBounds(out: string): Promise<readonly BoundJob[]> {
  const missing: BoundJob[] = [];
  for (const bound of boundNames)
    if (!(await isThere(boundFile(out, bound)))) missing.push({ kind: 'bound', bound });
  return missing;
}

/** Where a stream keeps its row of the sheet. */
export function sheetPictures(out: string, name: StreamName): string {
  return join(streamFolder(out, name), 'sheet.safetensors');
}
