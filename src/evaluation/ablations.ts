import { join } from 'node:path';
import { defaultExports, namesOfFiles } from '../listed-folder.ts';
import type { Ablation, Ablations } from './ablation.ts';

const folder = join(import.meta.dirname, 'ablations');

/** The names of all ablations: those of their files. */
export const ablationNames: readonly string[] = namesOfFiles(folder);

/** Every ablation: the default export of each file in `ablations/`. Throws by name where one is not. */
export async function loadAblations(): Promise<Ablations> {
  const exports = await defaultExports(folder, ablationNames);
  for (const [name, one] of exports) {
    const { question, variants } = (one ?? {}) as Partial<Ablation>;
    if (question === undefined || !variants?.length)
      throw new TypeError(`${name}.ts in ${folder} asks nothing: it has no question, or no variants`);
  }
  return exports as Ablations;
}
