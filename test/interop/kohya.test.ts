import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { networkFile } from '../../src/interop/kohya.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { encodeSafetensors } from '../../src/safetensors.ts';
import { madeUpConcept, openTiny } from '../personalize/tiny.ts';
import { readTensors } from './read-file.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a network has the hashes that sd-scripts give it, whatever else is noted in the file', async () => {
  const base = await openTiny();
  const concept = madeUpConcept(base, 1, []);
  await base.release();
  const values = Float32Array.from({ length: 300_000 }, (_, i) => Math.sin(i));
  const tensors = new Map([['lora_unet_x.diff', float32([300, 1000], values)]]);
  const file = networkFile(tensors, concept, { module: 'lycoris.kohya', args: { algo: 'full' }, kept: 1 });
  const { metadata } = readTensors(file);
  expect(metadata.sshs_model_hash).toBe(hash(new Uint8Array(values.buffer)));
  const noted = Object.fromEntries(Object.entries(metadata).filter(([key]) => key.startsWith('ss_')));
  const trained = encodeSafetensors(tensors, noted);
  expect(metadata.sshs_legacy_hash).toBe(hash(trained.slice(0x100000, 0x110000)).slice(0, 8));
});
