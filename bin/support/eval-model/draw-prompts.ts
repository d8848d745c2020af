import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Shot } from '../../../src/diffusion/draw-each.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import { untaught } from '../../../src/diffusion/taught-model.ts';
import { promptScripts } from '../../../src/evaluation/base-model/held-out.ts';
import type { ModelSettings } from '../../../src/evaluation/base-model/settings.ts';
import { createDraw, drawnTogether } from '../../../src/evaluation/draw.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { isThere, keepPictures, keptPictures } from '../eval/archive.ts';
import type { Watch } from './watch.ts';

const keptTogether = 2 * drawnTogether;

/** Pictures in one file, and what is drawn for it. */
interface Batch {
  readonly path: string;
  readonly shots: readonly Shot[];
}

/**
 * The pictures of the first `count` prompts, each drawn from its number as the seed. They are kept in `folder` under a name
 * that stands for all that decides them, and what is there already is not drawn again.
 */
export async function promptPictures(
  base: Model,
  count: number,
  settings: ModelSettings,
  folder: string,
  { turns, part }: Watch,
): Promise<readonly PixelImage[]> {
  const batches = batchesOf(base, count, settings, folder);
  const missing: Batch[] = [];
  for (const batch of batches) if (!(await isThere(batch.path))) missing.push(batch);
  const onDrawn = part('drawing', missing.length * keptTogether);
  const draw = createDraw(untaught(base), settings, turns, onDrawn);
  for (const { path, shots } of missing) await keepPictures(path, await draw(shots));
  const pictures: PixelImage[] = [];
  for (const { path } of batches) pictures.push(...((await keptPictures(path)) ?? []));
  return pictures.slice(0, count);
}

/** Whole batches, so that a picture's neighbours are the same whatever is asked for: its last bits can differ with them. */
function batchesOf(
  { folder: { id, scheduler, sampler } }: Model,
  count: number,
  { drawingSteps, guidanceScale }: ModelSettings,
  folder: string,
): readonly Batch[] {
  const batches = Math.ceil(count / keptTogether);
  const scripts = promptScripts(batches * keptTogether);
  return Array.from({ length: batches }, (_, batch) => {
    const first = batch * keptTogether;
    const shots = scripts
      .slice(first, first + keptTogether)
      .map(({ text }, at) => ({ prompt: text, seed: first + at }));
    const decisive = JSON.stringify({ id, scheduler, sampler, drawingSteps, guidanceScale, shots });
    const name = createHash('sha256').update(decisive).digest('hex').slice(0, 16);
    return { path: join(folder, `${name}.safetensors`), shots };
  });
}
