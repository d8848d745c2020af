/**
 * Writes a made-up concept of Stable Diffusion 1.5's size in the formats of other programs, for check.py:
 * `node export.ts UNET_FOLDER OUT`, where UNET_FOLDER is what `npm run bench -- --full-size DIR` writes into DIR/unet.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../../../src/diffusion/model.ts';
import { loadFormats } from '../../../src/interop/formats.ts';
import { cutUnet } from '../../../src/onnx/cut/unet.ts';
import { readInitializer, readModelFile } from '../../../src/onnx/model-file.ts';
import { float32, type Tensor, transposed } from '../../../src/onnx/tensor.ts';
import type { ConceptWeights } from '../../../src/personalize/concept-file.ts';
import { encodeSafetensors } from '../../../src/safetensors.ts';

/** Of the weights of each matrix, one in so many changes: a concept takes as many as CNS gives it. */
const oneIn = 15;

const [unetFolder = '', out = ''] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const unet = await readModelFile(join(unetFolder, 'model.onnx'));
const { heads } = cutUnet(unet.graph);
const baseWeights = new Map<string, Float32Array>();
const base = new Map<string, Tensor>();
const changed: [string, { indices: Uint32Array; values: Float32Array }][] = [];
for (const { name, weight, inFeatures, outFeatures } of heads) {
  const stored = (await readInitializer(unet, weight.initializer)).data as Float32Array;
  const inOut = weight.layout === 'in-out' ? stored : transposed(stored, outFeatures, inFeatures);
  const outIn = transposed(inOut, inFeatures, outFeatures);
  baseWeights.set(name, inOut);
  base.set(name, float32([outFeatures, inFeatures], outIn));
  const indices = Uint32Array.from({ length: Math.floor(outIn.length / oneIn) }, (_, index) => index * oneIn);
  const values = Float32Array.from(indices, (place) => (outIn[place] as number) + Math.sin(place) / 50);
  changed.push([name, { indices, values }]);
}
const concept: ConceptWeights = {
  method: 'cns',
  token: '<new1>',
  classWord: 'dog',
  kind: 'subject',
  model: 'made up',
  embedding: Float32Array.from({ length: 768 }, (_, place) => Math.cos(place) / 10),
  heads: new Map(changed),
  deltas: new Map(),
};
await writeFile(join(out, 'base.safetensors'), encodeSafetensors(base, { format: 'pt' }));
const model = { heads, baseWeights, folder: { path: unetFolder } } as unknown as Model;
for (const [name, format] of await loadFormats()) {
  const started = performance.now();
  const { files, notes } = await format.write(concept, model, { turn: async (action) => action() });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const { part, bytes } of files) {
    await writeFile(join(out, `${part || 'embedding'}.safetensors`), bytes);
    console.log(`${name}: ${part || 'embedding'}, ${(bytes.length / 1e6).toFixed(1)} MB, ${seconds} s`);
  }
  console.log(notes.join(' '));
}
