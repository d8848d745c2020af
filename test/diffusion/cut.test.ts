import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HeadWeights } from '../../src/diffusion/heads.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import { embed, untaught } from '../../src/diffusion/taught-model.ts';
import { eachText } from '../../src/diffusion/texts.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { readModelFile } from '../../src/onnx/model-file.ts';
import { float32, int64, type Tensor, transposed } from '../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../src/random.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { farthest, movedWeights, tinySd } from './support/tiny-sd.ts';

const runtime = createRuntime({ threads: 1 });
const timesteps = [40, 900];
const sample = float32([2, 4, 16, 16], gaussianNoise(3, 0, 2 * 4 * 16 * 16));
let model: Model;

beforeAll(async () => {
  model = await openModel(runtime, tinySd);
});
afterAll(() => model.release());

const encodings = () => ['a dog', 'a horse at night'].map((text) => model.folder.tokenizer.encode(text));

/** The text encoder as it was exported, ids in and text states out. */
async function statesOfWholeEncoder(): Promise<Tensor> {
  const session = await runtime.open({ path: join(tinySd, 'text_encoder/model.onnx') });
  const ids = Int32Array.from(encodings().flatMap((encoding) => [...encoding.ids]));
  const results = await session.run({ input_ids: { type: 'int32', dims: [2, 77], data: ids } });
  await session.release();
  return results.last_hidden_state as Tensor;
}

/** The U-Net as it was exported, or with the given key and value matrices in place of its own. */
async function wholeUnet(states: Tensor, weights?: HeadWeights): Promise<Tensor> {
  const { graph, folder } = await readModelFile(join(tinySd, 'unet/model.onnx'));
  const initializers = new Map(graph.initializers);
  for (const { name, inFeatures, outFeatures, weight } of model.heads) {
    const values = weights?.get(name);
    if (values === undefined) continue;
    const tensor =
      weight.layout === 'in-out'
        ? float32([inFeatures, outFeatures], values)
        : float32([outFeatures, inFeatures], transposed(values, inFeatures, outFeatures));
    initializers.set(weight.initializer, { name: weight.initializer, tensor });
  }
  const changed: Graph = { ...graph, initializers };
  const session = await runtime.open(changed, { externalDataFolder: folder });
  const timestep = int64([2], timesteps);
  const results = await session.run({ sample, timestep, encoder_hidden_states: states });
  await session.release();
  return results.out_sample as Tensor;
}

test('token embeddings and the cut text encoder give the text states of the whole one', async () => {
  const states = await model.textSide.states(embed(untaught(model), encodings()));
  const whole = await statesOfWholeEncoder();
  expect(states.dims).toEqual(whole.dims);
  expect(farthest(states.data as Float32Array, whole.data as Float32Array)).toBeLessThan(1e-5);
});

test.each([
  ['its own', () => undefined],
  ['other', () => movedWeights(model, 4)],
])('heads and trunk answer as the whole U-Net with %s key and value matrices', async (_, weightsOf) => {
  const weights = weightsOf();
  const embeddings = embed(untaught(model), encodings());
  const texts = eachText(await model.textSide.project(embeddings, weights ?? model.baseWeights));
  const cut = await model.trunk.predict(sample, timesteps, texts);
  const whole = await wholeUnet(await statesOfWholeEncoder(), weights);
  expect(cut.dims).toEqual(whole.dims);
  expect(farthest(cut.data as Float32Array, whole.data as Float32Array)).toBeLessThan(1e-5);
});

test('other matrices make another U-Net, so that the comparison above can fail', async () => {
  const states = await statesOfWholeEncoder();
  const [own, moved] = [await wholeUnet(states), await wholeUnet(states, movedWeights(model, 4))];
  expect(farthest(own.data as Float32Array, moved.data as Float32Array)).toBeGreaterThan(1e-3);
});

test('weights are counted: the key and value matrices, and all of U-Net and text encoder', () => {
  expect(model.counts.keyValueParameters).toBe(6 * 32 * 32 + 2 * 64 * 32);
  expect(model.counts.parameters).toBeGreaterThan(49_408 * 32);
});
