import { copyFile, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readModelFile } from '../../../../src/onnx/model-file.ts';
import { writeRandomWeights } from './random-weights.ts';

const fixtures = join(import.meta.dirname, '../../../../test/fixtures');
const graphs = join(fixtures, 'sd15-graph');
const weightsSeed = 1;

/** Puts Stable Diffusion 1.5's U-Net into a folder, unless it is there: 3.4 GB of random weights. */
export async function placeUnet(unet: string): Promise<void> {
  await placeGraph(join(graphs, 'unet/model.onnx'), join(unet, 'model.onnx'));
}

/** Puts a whole model of Stable Diffusion 1.5's shape into a folder, unless it is there: 4.3 GB of random weights. */
export async function placeModel(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(graphs, folder, { recursive: true, filter: (path) => !path.endsWith('.onnx') });
  await cp(join(fixtures, 'tiny-sd/tokenizer'), join(folder, 'tokenizer'), { recursive: true });
  for (const part of ['text_encoder', 'vae_encoder', 'vae_decoder', 'unet']) {
    await placeGraph(join(graphs, part, 'model.onnx'), join(folder, part, 'model.onnx'));
  }
}

async function placeGraph(graph: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await copyFile(graph, path);
  await writeRandomWeights((await readModelFile(graph)).graph, dirname(path), weightsSeed);
}
