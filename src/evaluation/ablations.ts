import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ablation, Ablations } from './ablation.ts';

const folder = join(import.meta.dirname, 'ablations');

/** The names of all ablations: those of their files. */
export const ablationNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

/** Every ablation: the default export of each file in `ablations/`. */
export async function loadAblations(): Promise<Ablations> {
  const loaded = ablationNames.map(async (name) => {
    const { default: ablation } = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as {
      default: Ablation;
    };
    return [name, ablation] as const;
  });
  return new Map(await Promise.all(loaded));
}
