import type { Head } from '../../src/onnx/cut/unet.ts';
import { createRandom } from '../../src/random.ts';

/** A head that no graph belongs to. */
export function headOf(inFeatures: number, outFeatures: number, name = 'attn2.to_k'): Head {
  return {
    name,
    kind: 'key',
    trunkInput: name,
    inFeatures,
    outFeatures,
    weight: { initializer: name, layout: 'in-out' },
  };
}

export function normals(seed: number, length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map(createRandom(seed).normal);
}
