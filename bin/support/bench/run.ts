import { basename } from 'node:path';
import { readModelFolder } from '../../../src/diffusion/model-folder.ts';
import type { ComputeSettings } from '../engine-environment.ts';
import { progressLine } from '../progress-line.ts';
import { circumstances } from './circumstances.ts';
import { inChild } from './in-child.ts';
import type { MeasureOptions } from './measure.ts';

export interface BenchOptions extends Omit<MeasureOptions, 'batch'> {
  readonly settings: ComputeSettings;
}

const batches = [1, 2, 4, 8];

/** Measures everything, each thing in a fresh process and one after another. */
export async function runBench(options: BenchOptions): Promise<object> {
  const { settings, ...measured } = options;
  const folder = await readModelFolder(options.model);
  const line = progressLine('bench');
  let done = 0;
  const measure = async (name: string, batch?: number): Promise<object> => {
    line.update(done++ / (3 * batches.length + 5), batch === undefined ? name : `${name}, batch ${batch}`);
    return inChild(name, { ...measured, batch: batch ?? 1 }, settings);
  };
  const perBatch = async (name: string) => {
    const results: object[] = [];
    for (const batch of batches) results.push(await measure(name, batch));
    return results;
  };
  const result = {
    ...circumstances(settings),
    model: { name: basename(folder.path), id: folder.id, pixels: folder.pixels },
    training: await perBatch('training'),
    matrixTraining: await perBatch('matrix-training'),
    denoising: await perBatch('denoising'),
    composition: await measure('composition'),
    switching: await measure('switching'),
    projection: await measure('projection'),
    sharing: await measure('sharing'),
    commands: await measure('commands'),
  };
  line.clear();
  return result;
}
