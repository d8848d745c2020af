import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '../runtime/runtime.ts';
import { checkModel } from './check.ts';
import { conform } from './conform/conform.ts';
import type { UsualDrawing } from './drawing.ts';
import { hashFiles, keepModel, type ModelRecord, requireFree } from './kept.ts';

export interface AddOptions {
  readonly runtime: Runtime;
  /** Folder of the kept models. */
  readonly models: string;
  readonly name: string;
  /** Where the model is from, as it is told. */
  readonly source: string;
  /** Folder of the published model. */
  readonly published: string;
  readonly drawing: Partial<UsualDrawing>;
  readonly distilledGuidance: number;
  readonly now?: () => Date;
  readonly onPhase?: (phase: 'reading' | 'checking' | 'hashing') => void;
}

/**
 * Keeps a published model under a name: made what the engine reads, tried out, hashed. Nothing stays where it is refused,
 * with 'invalid-model', 'unsupported-operator' or 'invalid-option'.
 */
export async function addModel(options: AddOptions): Promise<ModelRecord> {
  const { runtime, models, name, source, published, now = () => new Date(), onPhase = () => {} } = options;
  await requireFree(models, name);
  await mkdir(models, { recursive: true });
  await sweep(models);
  const place = await mkdtemp(join(models, `${adding}${process.pid}-`));
  try {
    const prepared = join(place, name);
    onPhase('reading');
    const changes = await conform(published, prepared, options);
    onPhase('checking');
    const { folder, drawing, parameters, parity, notes } = await checkModel(
      runtime,
      prepared,
      options.drawing,
    );
    onPhase('hashing');
    const record: ModelRecord = {
      source,
      addedAt: now().toISOString(),
      drawing,
      parameters,
      pixels: folder.pixels,
      parity,
      notes: [...changes, ...notes],
      files: await hashFiles(prepared),
    };
    await keepModel(models, name, prepared, record);
    return record;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

const adding = '.adding-';

/** Removes what processes left that ended in the middle of this, which may be gigabytes. */
async function sweep(models: string): Promise<void> {
  for (const name of await readdir(models)) {
    if (!name.startsWith(adding)) continue;
    const pid = Number.parseInt(name.slice(adding.length), 10);
    if (!isRunning(pid)) await rm(join(models, name), { recursive: true, force: true });
  }
}

/** Whether a process other than this one is there. */
function isRunning(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
