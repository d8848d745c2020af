import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModel } from '../../src/diffusion/model.ts';
import { embed, untaught } from '../../src/diffusion/taught-model.ts';
import { openTraining } from '../../src/diffusion/training/training.ts';
import type { Head } from '../../src/onnx/cut/unet.ts';
import type { Tensor } from '../../src/onnx/tensor.ts';
import { objectiveOf } from '../../src/personalize/training/objective.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { farthest } from '../diffusion/support/tiny-sd.ts';
import { add, optimumFolder, runtime, sd21 } from './published.ts';

const reference = decodeSafetensors(await readFile(join(sd21, 'reference.safetensors'))).tensors;
const known = (name: string) => reference.get(name) as Tensor<'float32'>;

test("a step of teaching a kept Stable Diffusion 2.1 has PyTorch's loss and gradients, towards the velocity, of whole matrices and of a token that has all their weights and stands everywhere", async () => {
  const place = await optimumFolder();
  await add(place);
  const model = await openModel(runtime, join(place.models, 'one'));
  const { dims, data: ids } = known('ids');
  const tokens = dims[1] ?? 0;
  const encodings = [0, 1].map((text) => ({
    ids: Int32Array.from(ids.subarray(text * tokens, (text + 1) * tokens)),
    length: tokens,
  }));
  const timesteps = [...known('timesteps').data];
  const posed = objectiveOf(model.folder.scheduler).noisedExample(known('clean'), known('noise'), timesteps);
  const [, channels = 0, height = 0, width = 0] = posed.sample.dims;
  const latents = [channels, height, width] as const;
  const folder = { ...model.folder, latents: { channels, height, width } };
  const training = await openTraining({ ...model, folder }, 2);
  const batch = { ...posed, timesteps, embeddings: embed(untaught(model), encodings) };
  /** PyTorch's dLoss/dW, [in, out]. */
  const theirs = ({ name, inFeatures, outFeatures }: Head) => {
    const { data } = known(`grad/${name}.weight`);
    return Float32Array.from(
      { length: data.length },
      (_, at) => data[(at % outFeatures) * inFeatures + Math.floor(at / outFeatures)] as number,
    );
  };
  const { loss, gradients } = await training.step(batch, model.baseWeights);
  expect(loss).toBeCloseTo(Number(known('loss').data[0]), 5);
  expect(gradients.weights.size).toBeGreaterThan(5);
  for (const head of model.heads)
    expect(farthest(gradients.weights.get(head.name) ?? [], theirs(head)), head.name).toBeLessThan(2e-5);
  await training.release();

  const everywhere = [0, 1].flatMap((text) =>
    Array.from({ length: tokens }, (_, position) => ({ text, position })),
  );
  const all = [...model.baseWeights].map(
    ([name, values]) => [name, { indices: Uint32Array.from(values.keys()), values }] as const,
  );
  const own = { following: 0, heads: new Map(all) };
  const options = { batch: 2, weights: model.baseWeights, own, positions: everywhere.length, latents };
  const atToken = await model.tokenDenoising(options);
  const positions = everywhere.map((one) => ({ ...one, weights: own, share: 1 }));
  const step = await atToken.step({ ...batch, positions });
  expect(step.loss).toBeCloseTo(Number(known('loss').data[0]), 5);
  for (const head of model.heads)
    expect(farthest(step.gradients.weights.get(head.name) ?? [], theirs(head)), head.name).toBeLessThan(2e-5);
  await atToken.release();
  await model.release();
  await place.remove();
});
