import { join } from 'node:path';
import { recomputations } from '../../../../src/recomputations.ts';
import type { ComputeSettings } from '../../engine-environment.ts';
import { progressLine } from '../../progress-line.ts';
import { circumstances } from '../circumstances.ts';
import { inChild } from '../in-child.ts';
import { compareSteps } from '../steps/compare.ts';
import { placeUnet } from './place.ts';

export interface FullSizeOptions {
  /** Folder that the U-Net and its weights lie in or are written to. */
  readonly folder: string;
  readonly runs: number;
  /** Python with PyTorch and diffusers, for steps in turn with theirs. */
  readonly python?: string;
  readonly settings: ComputeSettings;
}

const [batch, side] = [1, 32];

/** Measures Stable Diffusion 1.5's U-Net in its full size, with random weights: no step is faster or slower for that. */
export async function runFullSize({ folder, runs, python, settings }: FullSizeOptions): Promise<object> {
  const unet = join(folder, 'unet');
  const line = progressLine('bench');
  line.update(0, 'writing 3.4 GB of random weights');
  await placeUnet(unet);
  const options = { model: unet, runs, batch, side };
  line.update(0.2, 'preparation');
  const preparation = await inChild('unet-preparation', options, settings);
  line.update(0.3, 'holding');
  const holding = await inChild('unet-holding', options, settings);
  const recomputing: object[] = [];
  for (const recompute of recomputations) {
    line.update(0.4, `computing again ${recompute}`);
    recomputing.push(await inChild('unet-recomputation', options, { ...settings, recompute }));
  }
  const compared: Record<string, object> = {};
  for (const [index, kind] of (['denoising', 'training'] as const).entries()) {
    line.update(0.6 + index * 0.2, kind);
    compared[kind] = await compareSteps(
      kind,
      { unet, batch, side },
      { runs, settings, ...(python && { python }) },
    );
  }
  line.clear();
  return { ...circumstances(settings), batch, side, preparation, holding, recomputing, ...compared };
}
