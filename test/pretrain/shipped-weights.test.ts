import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeModelFile } from '../../src/onnx/model-file.ts';
import { bindParameters, createNet } from '../../src/pretrain/nets/net.ts';
import { readShippedWeights } from '../../src/pretrain/shipped-weights.ts';
import { seededRandom } from '../../src/pretrain/world/index.ts';
import { lineNet } from './line.ts';

test('a net goes on from the weights of a shipped model, and starts afresh where their shapes differ', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-weights-'));
  const trained = lineNet(seededRandom(1));
  const graph = bindParameters(trained.builder.build(), trained.parameters);
  for (const component of ['text_encoder', 'unet', 'vae_encoder', 'vae_decoder']) {
    await writeModelFile(join(folder, component, 'model.onnx'), graph);
  }
  const shipped = await readShippedWeights(folder);
  await rm(folder, { recursive: true });

  expect(lineNet(seededRandom(2), shipped).parameters.get('w')).toEqual(trained.parameters.get('w'));
  const wider = createNet('wider', seededRandom(2), shipped);
  wider.parameter('w', [3, 1], { fill: 5 });
  expect(wider.parameters.get('w')?.data).toEqual(Float32Array.of(5, 5, 5));
});
