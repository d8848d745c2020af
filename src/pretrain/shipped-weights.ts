import { join } from 'node:path';
import { readModelFile } from '../onnx/model-file.ts';
import type { Parameters } from './nets/net.ts';

const components = ['text_encoder', 'unet', 'vae_encoder', 'vae_decoder'];

/** The weights in a model folder that `exportModel` wrote, by the names that they were trained under. */
export async function readShippedWeights(folder: string): Promise<Parameters> {
  const parameters: Parameters = new Map();
  for (const component of components) {
    const { graph } = await readModelFile(join(folder, component, 'model.onnx'));
    for (const [name, initializer] of graph.initializers) {
      if (!('tensor' in initializer) || initializer.tensor.type !== 'float32') continue;
      const { dims, data } = initializer.tensor;
      parameters.set(name, { dims, data: Float32Array.from(data as Float32Array) });
    }
  }
  return parameters;
}
