import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { boundsFolder } from './job.ts';

/**
 * Removes every number that judges gave in an evaluation's folder, and leaves what was taught and drawn: lessons, concepts,
 * the base model's pictures, the sheet.
 */
export async function forgetMeasures(out: string): Promise<void> {
  await rm(boundsFolder(out), { recursive: true, force: true });
  const entries = await readdir(out, { recursive: true });
  const measures = entries.filter((path) => path.endsWith('.measures.json'));
  await Promise.all(measures.map((path) => rm(join(out, path))));
}
