import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '../runtime/runtime.ts';
import { checkModel } from './check.ts';
import { conform } from './conform/conform.ts';
import { type UsualDrawing, usualDrawing } from './drawing.ts';
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
  const place = await mkdtemp(join(models, '.adding-'));
  try {
    const prepared = join(place, name);
    onPhase('reading');
    const changes = await conform(published, prepared, options);
    onPhase('checking');
    const { folder, parameters, parity, notes } = await checkModel(runtime, prepared);
    onPhase('hashing');
    const record: ModelRecord = {
      source,
      addedAt: now().toISOString(),
      drawing: { ...usualDrawing(folder.scheduler), ...options.drawing },
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
