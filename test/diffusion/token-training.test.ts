import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeadWeights, KeysAndValues } from '../../src/diffusion/heads.ts';
import { openTextSide, type TextSide } from '../../src/diffusion/text-side.ts';
import type { TokenTraining } from '../../src/diffusion/token-training.ts';
import type { TextPosition, TokenPosition, TokenWeights } from '../../src/diffusion/token-weights.ts';
import { cutTextEncoder } from '../../src/onnx/cut/text-encoder.ts';
import { cutUnet, type Head } from '../../src/onnx/cut/unet.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { readModelFile } from '../../src/onnx/model-file.ts';
import { elementCount, float32, type Tensor } from '../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../src/random.ts';
import { fixedShapes } from '../../src/runtime/fixed-shapes.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { fixturePath } from '../onnx/files.ts';
import { farthest } from './support/tiny-sd.ts';

const batch = 2;

function noise(dims: readonly number[], stream: number, scale = 1): Tensor<'float32'> {
  return float32(
    dims,
    gaussianNoise(4, stream, elementCount(dims)).map((value) => scale * value),
  );
}

/** Every fifth weight of each head but one, moved. */
function someWeights(heads: readonly Head[], matrices: HeadWeights, seed: number): TokenWeights {
  const placed = heads.slice(1).map(({ name }, stream) => {
    const matrix = matrices.get(name)!;
    const indices = Uint32Array.from(matrix.keys()).filter((index) => index % 5 === seed);
    const moves = gaussianNoise(seed, stream, indices.length);
    const values = Float32Array.from(indices, (at, i) => matrix[at]! + moves[i]!);
    return [name, { indices, values }] as const;
  });
  return { following: 1, heads: new Map(placed) };
}

/** The matrices with a token's weights written into them. */
function written(matrices: HeadWeights, { heads }: TokenWeights): HeadWeights {
  const all = new Map([...matrices].map(([name, values]) => [name, values.slice()]));
  for (const [name, { indices, values }] of heads)
    indices.forEach((at, i) => {
      all.get(name)![at] = values[i]!;
    });
  return all;
}

/** Zeros but at some positions. */
function kept(all: KeysAndValues, positions: readonly TextPosition[]): KeysAndValues {
  const entries = Object.entries(all).map(([name, { dims, data }]) => {
    const [, tokens = 0, width = 0] = dims;
    const tensor = float32(dims);
    for (const { text, position } of positions) {
      const from = (text * tokens + position) * width;
      tensor.data.set((data as Float32Array).subarray(from, from + width), from);
    }
    return [name, tensor] as const;
  });
  return Object.fromEntries(entries);
}

/** The rows at some positions, with rows of zeros behind them. */
function rowsAt(cotangents: KeysAndValues, positions: readonly TextPosition[], rows: number): KeysAndValues {
  const entries = Object.entries(cotangents).map(([name, { dims, data }]) => {
    const [, tokens = 0, width = 0] = dims;
    const taken = positions.flatMap(({ text, position }) =>
      Array.from(data as Float32Array).slice(
        (text * tokens + position) * width,
        (text * tokens + position + 1) * width,
      ),
    );
    return [
      name,
      float32([rows, width], [...taken, ...new Array(rows * width - taken.length).fill(0)]),
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** With as many tokens as their text encoders take. */
const models = [
  ['tiny-sd', 77, 'of any shape'],
  ['tiny-sd', 77, 'of fixed shapes, as a GPU has them'],
  ['tiny-sd21', 40, 'of any shape'],
] as const;

describe.each(models)('what trains at a token of %s, %i tokens, sessions %s', (name, tokens, shapes) => {
  let heads: readonly Head[];
  let side: TextSide;
  let weights: HeadWeights;
  let [own, other] = [{}, {}] as [TokenWeights, TokenWeights];
  let training: TokenTraining;
  let embeddings: Tensor;
  let positions: readonly TokenPosition[];
  /** Among them one where the other token stands, which reads its own. */
  const learning = [
    { text: 0, position: 2 },
    { text: 0, position: 3 },
    { text: 1, position: tokens - 2 },
    { text: 1, position: tokens - 1 },
  ];
  let cotangents: KeysAndValues;

  beforeAll(async () => {
    const real = createRuntime({ threads: 1 });
    const runtime: Runtime =
      shapes === 'of any shape'
        ? real
        : {
            ...real,
            open: (model, options) => fixedShapes(model as Graph, {}, (graph) => real.open(graph, options)),
          };
    const text = await readModelFile(join(fixturePath(name), 'text_encoder/model.onnx'));
    const encoder = cutTextEncoder(text.graph);
    heads = cutUnet((await readModelFile(join(fixturePath(name), 'unet/model.onnx'))).graph).heads;
    side = await openTextSide({ runtime, encoder, heads, folder: text.folder });
    weights = new Map(
      heads.map((head, i) => [
        head.name,
        noise([head.inFeatures, head.outFeatures], i, head.inFeatures ** -0.5).data,
      ]),
    );
    [own, other] = [someWeights(heads, weights, 1), someWeights(heads, weights, 2)];
    training = await side.tokenTraining({ batch, tokens, weights, own, positions: 6 });
    embeddings = noise([batch, tokens, encoder.table.width], 100);
    positions = [
      { text: 0, position: 2, weights: own },
      { text: 0, position: 3, weights: own },
      { text: 0, position: 9, weights: other },
      { text: 1, position: tokens - 2, weights: own },
      { text: 1, position: tokens - 1, weights: other },
    ];
    cotangents = Object.fromEntries(
      heads.map((head, i) => [head.trunkInput, noise([batch, tokens, head.outFeatures], 200 + i)]),
    );
  });
  afterAll(async () => {
    await training.release();
    await side.release();
  });

  async function expectSameKeysAndValues() {
    const [here, dense] = [
      await training.project(embeddings, positions),
      await side.project(embeddings, weights, positions),
    ];
    expect(Object.keys(here)).toEqual(Object.keys(dense));
    for (const [input, { dims, data }] of Object.entries(dense)) {
      expect(here[input]?.dims).toEqual(dims);
      expect(farthest(here[input]!.data as Float32Array, data as Float32Array), input).toBeLessThan(1e-5);
    }
  }

  async function expectSameGradients() {
    const here = await training.gradients(embeddings, learning, rowsAt(cotangents, learning, 6));
    const backward = await side.backward(batch, tokens);
    const dense = await backward.gradients(embeddings, written(weights, own), kept(cotangents, learning));
    await backward.release();
    const [mine, theirs] = [here, dense].map((one) => one.embeddings.data as Float32Array);
    expect(farthest(mine!, theirs!)).toBeLessThan(1e-5);
    for (const head of heads) {
      const { indices = new Uint32Array() } = own.heads.get(head.name) ?? {};
      const expected = Float32Array.from(indices, (at) => dense.weights.get(head.name)![at]!);
      const found = here.weights.get(head.name)!;
      expect(found.length).toBe(expected.length);
      if (indices.length > 0) expect(farthest(found, expected), head.name).toBeLessThan(1e-5);
    }
  }

  test('has the keys and values that serving has, other tokens of a text with weights of their own included', () =>
    expectSameKeysAndValues());

  test('has the gradients of the whole matrices where it has weights, and teaches from its positions alone', () =>
    expectSameGradients());

  test('follows its weights as they train', async () => {
    for (const { values } of own.heads.values()) values.set(values.map((value) => 0.5 - value));
    await expectSameKeysAndValues();
    await expectSameGradients();
  });

  test('needs no position at all, and refuses more than it was opened for', async () => {
    const plain = await training.project(embeddings);
    const dense = await side.project(embeddings, weights);
    for (const [input, { data }] of Object.entries(dense))
      expect(farthest(plain[input]!.data as Float32Array, data as Float32Array)).toBeLessThan(1e-5);
    const many = Array.from({ length: 7 }, (_, position) => ({ text: 0, position }));
    await expect(training.gradients(embeddings, many, cotangents)).rejects.toThrow('7 positions');
  });
});
