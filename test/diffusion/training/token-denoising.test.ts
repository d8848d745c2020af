import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeadWeights } from '../../../src/diffusion/heads.ts';
import { openTextSide, type TextSide } from '../../../src/diffusion/text-side.ts';
import type { TokenWeights } from '../../../src/diffusion/token-weights.ts';
import type { DenoisingBatch, DenoisingStep } from '../../../src/diffusion/training/denoising-step.ts';
import { openTokenDenoising, type TokenDenoising } from '../../../src/diffusion/training/token-denoising.ts';
import { openTrunk, type Trunk } from '../../../src/diffusion/trunk.ts';
import { cutTextEncoder } from '../../../src/onnx/cut/text-encoder.ts';
import { cutUnet, type Head } from '../../../src/onnx/cut/unet.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { readModelFile } from '../../../src/onnx/model-file.ts';
import { raisedTo } from '../../../src/onnx/raise-opset.ts';
import { elementCount, float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { fixedShapes } from '../../../src/runtime/fixed-shapes.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { kept } from '../support/kept.ts';
import { farthest, tinySd } from '../support/tiny-sd.ts';

const [batch, tokens] = [2, 77];

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

const real = createRuntime({ threads: 1 });
const runtimes: Readonly<Record<string, Runtime>> = {
  'in sessions of any shape': real,
  'in sessions of fixed shapes, as a GPU has them': {
    ...real,
    open: (model, options) => fixedShapes(model as Graph, {}, (graph) => real.open(graph, options)),
  },
  'in half precision': createRuntime({ threads: 1, precision: 'float16' }),
  'in half precision and sessions of fixed shapes': {
    ...real,
    precision: 'float16',
    open: (model, options) => fixedShapes(model as Graph, {}, (graph) => real.open(graph, options)),
  },
};

/** How near both ways are, and the operator set that the U-Net is raised to. */
const ways = [
  ['in sessions of any shape', 1e-5, 0],
  ['in sessions of fixed shapes, as a GPU has them', 1e-5, 0],
  ['in half precision', 0.03, 0],
  ['in half precision and sessions of fixed shapes', 0.03, 0],
  ['in sessions of any shape', 1e-5, 20],
] as const;

describe.each(ways)('a step %s, to %d, operator set %i', (sessions, near, opset) => {
  const runtime = runtimes[sessions] as Runtime;
  let folder: string;
  let heads: readonly Head[];
  let [side, trunk] = [{}, {}] as [TextSide, Trunk];
  let weights: HeadWeights;
  let [own, other] = [{}, {}] as [TokenWeights, TokenWeights];
  let training: TokenDenoising;
  let step: DenoisingBatch;
  const latents = [4, 16, 16] as const;
  const learning = [
    { text: 0, position: 2 },
    { text: 0, position: 3 },
    { text: 1, position: tokens - 2 },
  ];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keepsake-step-'));
    await cp(tinySd, folder, { recursive: true });
    const text = await readModelFile(join(folder, 'text_encoder/model.onnx'));
    const unet = await readModelFile(join(folder, 'unet/model.onnx'));
    const encoder = cutTextEncoder(text.graph);
    const cut = cutUnet(opset === 0 ? unet.graph : raisedTo(opset, unet.graph));
    heads = cut.heads;
    trunk = await openTrunk(real, cut, unet.folder);
    weights = new Map(
      heads.map((head, i) => [
        head.name,
        noise([head.inFeatures, head.outFeatures], i, head.inFeatures ** -0.5).data,
      ]),
    );
    side = await openTextSide({ runtime: real, encoder, heads, baseWeights: weights, folder: text.folder });
    [own, other] = [someWeights(heads, weights, 1), someWeights(heads, weights, 2)];
    const parts = { runtime, encoder, cut, folders: { text: text.folder, unet: unet.folder } };
    training = await openTokenDenoising(
      { ...parts, latents, tokens, states: side.states },
      { batch, weights, own, positions: 6, others: 3 },
    );
    step = {
      embeddings: noise([batch, tokens, encoder.table.width], 100),
      positions: [
        ...learning.map((one) => ({ ...one, weights: own, share: 1 })),
        { text: 0, position: 9, weights: other, share: 0.5 },
        { text: 1, position: tokens - 1, weights: other, share: 1 },
      ],
      sample: noise([batch, ...latents], 101),
      target: noise([batch, ...latents], 102),
      timesteps: [100, 700],
    };
  });
  afterAll(async () => {
    await training.release();
    await side.release();
    await trunk.release();
    await rm(folder, { recursive: true });
  });

  /** The same in three runs and on whole matrices. */
  async function longWay({ embeddings, positions, ...noisy }: DenoisingBatch): Promise<DenoisingStep> {
    const reverse = await trunk.training({ batch, tokens, latents });
    const backward = await side.backward(batch, tokens);
    const keysAndValues = await side.project(embeddings, weights, positions);
    const { loss, prediction, cotangents } = await reverse.step({ ...noisy, keysAndValues });
    const reading = positions?.filter((one) => one.weights === own) ?? [];
    const gradients = await backward.gradients(embeddings, written(weights, own), kept(cotangents, reading));
    await reverse.release();
    await backward.release();
    return { loss, prediction, gradients };
  }

  async function expectTheSame(taken: DenoisingBatch) {
    const [here, there] = [await training.step(taken), await longWay(taken)];
    expect(Math.abs(here.loss / there.loss - 1)).toBeLessThan(near);
    const [mine, theirs] = [here, there].map(({ gradients }) => gradients.embeddings.data as Float32Array);
    if (taken.positions !== undefined) expect(farthest(mine!, theirs!)).toBeLessThan(near);
    else expect(mine!.every((slope) => slope === 0)).toBe(true);
    expect(
      farthest(here.prediction.data as Float32Array, there.prediction.data as Float32Array),
    ).toBeLessThan(near);
    for (const head of heads) {
      const { indices = new Uint32Array() } = own.heads.get(head.name) ?? {};
      const expected = Float32Array.from(indices, (at) => there.gradients.weights.get(head.name)![at]!);
      const found = here.gradients.weights.get(head.name)!;
      expect(found.length).toBe(expected.length);
      if (expected.some((slope) => slope !== 0))
        expect(farthest(found, expected), head.name).toBeLessThan(near);
      else expect(found.every((slope) => slope === 0)).toBe(true);
    }
  }

  test('is that of three runs on whole matrices, with other tokens of its texts that have weights of their own', () =>
    expectTheSame(step));

  test('follows the weights as they train', async () => {
    for (const { values } of own.heads.values()) values.set(values.map((value) => 0.5 - value));
    await expectTheSame(step);
  });

  test('teaches nothing where the token stands nowhere', () => {
    const { positions: _, ...plain } = step;
    return expectTheSame(plain);
  });

  test('is refused where it or others stand more often than was said', async () => {
    const many = Array.from({ length: 7 }, (_, position) => ({ text: 0, position, weights: own, share: 1 }));
    await expect(training.step({ ...step, positions: many })).rejects.toThrow('7 positions');
    const others = many.map((one) => ({ ...one, weights: other }));
    await expect(training.step({ ...step, positions: others })).rejects.toThrow('more than the 3');
  });
});
