import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeysAndValues } from '../../src/diffusion/heads.ts';
import { attentionLayers, embedForHeads, textSideOf } from '../../src/diffusion/layered-text.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import { embed, type TaughtModel, untaught } from '../../src/diffusion/taught-model.ts';
import { openTraining } from '../../src/diffusion/training/training.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../src/random.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { farthest, tinySd } from './support/tiny-sd.ts';

let base: Model;
let plain: TaughtModel;
let layered: TaughtModel;
let token: number;
let rows: readonly Float32Array[];
const texts = ['a photo of a <new1> dog', 'a dog'];

beforeAll(async () => {
  base = await openModel(createRuntime({ threads: 1 }), tinySd);
  const { tokenizer } = untaught(base);
  token = tokenizer.addToken('<new1>');
  const { width } = base.embeddings;
  rows = attentionLayers(base.heads).map((_, layer) => gaussianNoise(4, layer, width));
  plain = { ...untaught(base), tokenizer, added: new Map([[token, new Float32Array(width)]]) };
  layered = { ...plain, layers: rows.map((row) => new Map([[token, row]])) };
});
afterAll(() => base.release());

const encodings = () => texts.map((text) => plain.tokenizer.encode(text));
const project = (model: TaughtModel): Promise<KeysAndValues> =>
  textSideOf(model).project(embedForHeads(model, encodings()), model.weights);

test('a layer is the keys and the values of one attention', () => {
  const layers = attentionLayers(base.heads);
  expect(layers.length).toBe(base.heads.length / 2);
  expect(layers.length).toBeGreaterThan(1);
  for (const heads of layers) expect(heads.map(({ kind }) => kind).sort()).toEqual(['key', 'value']);
});

test('where no token has layers, the base model’s own text side takes plain embeddings', () => {
  expect(textSideOf(plain)).toBe(base.textSide);
  expect(embedForHeads(plain, encodings())).toEqual(embed(plain, encodings()));
});

test('each layer reads a text as a model would whose token had that layer’s embedding', async () => {
  const own = await project(layered);
  for (const [layer, heads] of attentionLayers(base.heads).entries()) {
    const alone = await project({ ...plain, added: new Map([[token, rows[layer] as Float32Array]]) });
    for (const { trunkInput } of heads) {
      expect(own[trunkInput]?.dims).toEqual(alone[trunkInput]?.dims);
      expect(own[trunkInput]?.data).toEqual(alone[trunkInput]?.data);
    }
  }
  const [first, second] = attentionLayers(base.heads).map(([head]) => own[head?.trunkInput ?? '']);
  expect(first?.data).not.toEqual(second?.data);
});

test('gradients of each layer’s embedding and of the weights are those of finite differences', async () => {
  const training = await openTraining({ ...base, textSide: textSideOf(layered) }, 2);
  const latents = (stream: number) => float32([2, 4, 16, 16], gaussianNoise(9, stream, 2048));
  const step = (model: TaughtModel) =>
    training.step(
      {
        embeddings: embedForHeads(model, encodings()),
        sample: latents(0),
        target: latents(1),
        timesteps: [100, 700],
      },
      model.weights,
    );
  const { gradients } = await step(layered);
  const { width } = base.embeddings;
  const place = encodings()[0]?.ids.indexOf(token) ?? 0;
  const size = gradients.embeddings.data.length / rows.length;
  for (const layer of [0, rows.length - 1]) {
    const slope = (gradients.embeddings.data as Float32Array).slice(
      layer * size + place * width,
      layer * size + (place + 1) * width,
    );
    const square = slope.reduce((sum, value) => sum + value * value, 0);
    const by = 0.02 / Math.sqrt(square);
    const moved = async (sign: number) => {
      const row = (rows[layer] as Float32Array).map((value, i) => value + sign * by * (slope[i] as number));
      const layers = layered.layers?.with(layer, new Map([[token, row]])) ?? [];
      return (await step({ ...layered, layers })).loss;
    };
    expect(((await moved(1)) - (await moved(-1))) / (2 * by * square)).toBeCloseTo(1, 1);
  }
  for (const { name } of base.heads) {
    const slope = gradients.weights.get(name) as Float32Array;
    const square = slope.reduce((sum, value) => sum + value * value, 0);
    const by = 0.01 / Math.sqrt(square);
    const moved = async (sign: number) => {
      const matrix = base.baseWeights.get(name)?.map((value, i) => value + sign * by * (slope[i] as number));
      const weights = new Map(base.baseWeights).set(name, matrix as Float32Array);
      return (await step({ ...layered, weights })).loss;
    };
    expect(((await moved(1)) - (await moved(-1))) / (2 * by * square)).toBeCloseTo(1, 1);
  }
  await training.release();
});

test('equal embeddings for all layers train as one embedding does', async () => {
  const row = rows[0] as Float32Array;
  const same: TaughtModel = { ...plain, layers: rows.map(() => new Map([[token, row]])) };
  const one: TaughtModel = { ...plain, added: new Map([[token, row]]) };
  const results = [];
  for (const model of [same, one]) {
    const training = await openTraining({ ...base, textSide: textSideOf(model) }, 2);
    const latents = (stream: number) => float32([2, 4, 16, 16], gaussianNoise(9, stream, 2048));
    const embeddings = embedForHeads(model, encodings());
    const batch = { embeddings, sample: latents(0), target: latents(1), timesteps: [100, 700] };
    results.push(await training.step(batch, model.weights));
    await training.release();
  }
  const [layers, single] = results;
  expect(layers?.loss).toBe(single?.loss);
  const size = single?.gradients.embeddings.data.length ?? 0;
  const summed = new Float32Array(size);
  layers?.gradients.embeddings.data.forEach((value, i) => {
    summed[i % size] = (summed[i % size] as number) + Number(value);
  });
  expect(farthest(summed, single?.gradients.embeddings.data as Float32Array)).toBeLessThan(1e-4);
});
