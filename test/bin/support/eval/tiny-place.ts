import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunOptions } from '../../../../bin/support/eval/run-jobs.ts';
import type { EvaluationSettings } from '../../../../src/evaluation/settings.ts';

export const tiny = join(import.meta.dirname, '../../../fixtures/tiny-sd');

/** As little of everything as there can be. */
export const least = {
  concepts: 2,
  conceptPictures: 1,
  furtherDrawings: 1,
  driftPrompts: 3,
  classPictures: 1,
  multiPrompts: 1,
  multiPictures: 1,
  drawingSteps: 1,
} satisfies Partial<EvaluationSettings>;

/** The tiny model, judged by stand-ins; any folders do for theirs. */
export function tinyPlace(out: string): Omit<RunOptions, 'settings' | 'command'> {
  return {
    out,
    model: tiny,
    clip: join(tiny, 'tokenizer'),
    reader: join(tiny, 'scheduler'),
    processes: 2,
    provider: 'cpu',
    signal: new AbortController().signal,
    judges: new URL('../../../evaluation/stand-ins.ts', import.meta.url),
  };
}

/** When every file under the folder was written last, without the file of a lesson that was stopped before it was noted: it is given again. */
export async function writtenIn(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const all = new Set(
    entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)),
  );
  const isNoted = (path: string) =>
    !/\/\d+\.safetensors$/.test(path) || all.has(path.replace(/safetensors$/, 'lesson.json'));
  const paths = [...all].filter(isNoted);
  return new Map(await Promise.all(paths.map(async (path) => [path, (await stat(path)).mtimeMs] as const)));
}
