import { describe, expect, test } from 'vitest';
import { gradientGraph } from '../../../src/autodiff/gradient-graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32, int64, type Tensor } from '../../../src/onnx/tensor.ts';
import { contrastiveLoss, imageEncoder, textEmbedding } from '../../../src/pretrain/nets/clip.ts';
import { bindParameters, createNet, type Parameters } from '../../../src/pretrain/nets/net.ts';
import { clipTextGraph, clipVisionGraph } from '../../../src/pretrain/shipped/clip.ts';
import { textEncoderGraph } from '../../../src/pretrain/shipped/graphs.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { seededRandom } from '../../../src/world/index.ts';
import { relativeError, runGraph } from '../../onnx/cut/recombine.ts';
import { normals } from '../../personalize/head.ts';
import { clipParameters, smallClip } from '../small-clip.ts';

const parameters = clipParameters(smallClip);
const { width, maxTokens } = smallClip.text;

describe('the contrastive loss', () => {
  const lossNet = (pairs: number, size: number, scale: number) => {
    const net = createNet('loss', seededRandom(1), new Map([['clip.logit_scale', scalar(Math.log(scale))]]));
    const [images, texts] = ['images', 'texts'].map((name) =>
      net.builder.input(name, 'float32', [pairs, size]),
    );
    net.builder.output(contrastiveLoss(net, images ?? '', texts ?? '', pairs), 'float32', []);
    return net;
  };
  const scalar = (value: number) => ({ dims: [], data: Float32Array.of(value) });

  /** Computes the loss, and its gradient with respect to the pictures' embeddings. */
  async function lossOf(images: Tensor, texts: Tensor, scale: number) {
    const [pairs = 0, size = 0] = images.dims;
    const net = lossNet(pairs, size, scale);
    const graph = bindParameters(net.builder.build(), net.parameters);
    const loss = graph.outputs[0]?.name ?? '';
    const reverse = gradientGraph(specialize(graph, {}), { of: loss, wrt: ['images'], keep: [loss] });
    const session = await createRuntime({ threads: 1 }).open(reverse.graph);
    const results = await session.run({ images, texts });
    await session.release();
    return {
      loss: results[loss]?.data[0] as number,
      gradient: results[reverse.gradients.get('images') ?? '']?.data as Float32Array,
    };
  }

  /** Radford et al. 2021, fig. 3, in double precision: cross entropy of rows and of columns of scaled cosines. */
  function crossEntropies(images: Tensor, texts: Tensor, scale: number): number {
    const rows = ({ dims: [count = 0, size = 0], data }: Tensor) =>
      Array.from({ length: count }, (_, row) => {
        const values = Array.from(data.slice(row * size, (row + 1) * size), Number);
        return values.map((value) => value / Math.hypot(...values));
      });
    const [pictures, captions] = [rows(images), rows(texts)];
    const logit = (i: number, j: number) =>
      scale * (pictures[i] ?? []).reduce((sum, value, k) => sum + value * (captions[j]?.[k] ?? 0), 0);
    const count = pictures.length;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const all = Array.from({ length: count }, (_, j) => j);
      const [row, column] = [all.map((j) => logit(i, j)), all.map((j) => logit(j, i))];
      for (const logits of [row, column]) {
        const largest = Math.max(...logits);
        const total = logits.reduce((partial, value) => partial + Math.exp(value - largest), 0);
        sum += largest + Math.log(total) - logit(i, i);
      }
    }
    return sum / (2 * count);
  }

  const images = float32([4, 3], normals(1, 12));
  const texts = float32([4, 3], normals(2, 12));

  test.each([1, 1 / 0.07, 60])('is the mean of both cross entropies, at a scale of %f', async (scale) => {
    const { loss } = await lossOf(images, texts, scale);
    expect(loss).toBeCloseTo(crossEntropies(images, texts, scale), 4);
  });

  test('scales by 100 at most', async () => {
    const { loss } = await lossOf(images, texts, 5000);
    expect(loss).toBeCloseTo(crossEntropies(images, texts, 100), 3);
    expect(crossEntropies(images, texts, 5000)).toBeGreaterThan(2 * loss);
  });

  test('starts with the scale that CLIP starts with', () => {
    const net = createNet('loss', seededRandom(1));
    contrastiveLoss(net, 'images', 'texts', 2);
    expect(Math.exp(net.parameters.get('clip.logit_scale')?.data[0] ?? 0)).toBeCloseTo(1 / 0.07, 4);
  });

  test('is ln(pairs) where nothing is told apart, and nothing where everything is', async () => {
    const same = float32([4, 3], new Float32Array(12).fill(2));
    expect((await lossOf(same, same, 100)).loss).toBeCloseTo(Math.log(4), 4);
    const apart = float32([3, 3], [5, 0, 0, 0, 1, 0, 0, 0, 0.1]);
    expect((await lossOf(apart, apart, 100)).loss).toBeCloseTo(0, 5);
  });

  test('stays a number, and its gradient too, where every pair is taken for the other one', async () => {
    const [one, other] = [float32([2, 2], [1, 1e-4, -1, 1e-4]), float32([2, 2], [-1, 1e-4, 1, 1e-4])];
    const { loss, gradient } = await lossOf(one, other, 100);
    expect(loss).toBeCloseTo(200, 2);
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(Math.hypot(...gradient)).toBeGreaterThan(1e-3);
  });
});

describe('the text encoder', () => {
  const graph = clipTextGraph(smallClip, parameters);
  const embed = (...texts: readonly (readonly number[])[]) =>
    runGraph(graph, { input_ids: int64([texts.length, maxTokens], texts.flat()) });

  test("projects the state at a text's first end token", async () => {
    const texts = [
      [0, 4, 9, 1, 1, 1, 1],
      [0, 7, 1, 1, 1, 1, 1],
      [0, 2, 3, 4, 5, 6, 1],
    ];
    const own = [...parameters].map(([name, value]) => [name.replace(/^clip\./, ''), value] as const);
    const states = await runGraph(textEncoderGraph(smallClip.text, new Map(own)), {
      input_ids: int64([3, maxTokens], texts.flat()),
    });
    const projection = parameters.get('clip.text_projection.weight')?.data ?? new Float32Array();
    const expected = [3, 2, 6].flatMap((end, text) =>
      Array.from({ length: 8 }, (_, column) => {
        let sum = 0;
        for (let i = 0; i < width; i++)
          sum +=
            Number(states.data[(text * maxTokens + end) * width + i]) * (projection[8 * i + column] ?? 0);
        return sum;
      }),
    );
    const embeddings = await embed(...texts);
    expect(embeddings.dims).toEqual([3, 8]);
    expect(relativeError(embeddings, float32([3, 8], expected))).toBeLessThan(1e-5);
  });

  test('heeds every token before the end and none after it', async () => {
    const [plain, after, before] = [
      await embed([0, 4, 9, 1, 1, 1, 1]),
      await embed([0, 4, 9, 1, 5, 1, 7]),
      await embed([0, 5, 9, 1, 1, 1, 1]),
    ];
    expect(after.data).toEqual(plain.data);
    expect(relativeError(before, plain)).toBeGreaterThan(1e-2);
  });
});

describe('the image encoder', () => {
  const graph = clipVisionGraph(smallClip, parameters);
  const size = 3 * 16 * 16;
  const embed = (...pictures: readonly Float32Array[]) =>
    runGraph(graph, {
      pixel_values: float32([pictures.length, 3, 16, 16], Float32Array.from(pictures.flatMap((p) => [...p]))),
    });
  const [one, two] = [Float32Array.from(normals(3, size)), Float32Array.from(normals(4, size))];

  test('gives each picture its embedding, whatever it is embedded with', async () => {
    const both = await embed(one, two);
    expect(both.dims).toEqual([2, 8]);
    const second = float32([1, 8], both.data.slice(8) as Float32Array);
    expect(relativeError(second, await embed(two))).toBeLessThan(1e-5);
    expect(relativeError(await embed(one), await embed(two))).toBeGreaterThan(0.1);
  });

  test('knows where a thing is by what it has learned of that place', async () => {
    const name = 'clip.vision_model.embeddings.position_embedding.weight';
    const learned = parameters.get(name);
    const data = learned?.data.toReversed() ?? new Float32Array();
    const exchanged = new Map([...parameters, [name, { dims: learned?.dims ?? [], data }]]);
    const elsewhere = await runGraph(clipVisionGraph(smallClip, exchanged), {
      pixel_values: float32([1, 3, 16, 16], one),
    });
    expect(relativeError(elsewhere, await embed(one))).toBeGreaterThan(1e-3);
  });
});

describe('training', () => {
  const pairs = 3;
  const known: Parameters = new Map([
    ...parameters,
    ['clip.logit_scale', { dims: [], data: Float32Array.of(1) }],
  ]);
  const net = createNet('clip', () => expect.fail('a weight was drawn anew'), known);
  const image = net.builder.input('image', 'float32', [pairs, 3, 16, 16]);
  const ids = net.builder.input('ids', 'int64', [pairs, maxTokens]);
  const loss = contrastiveLoss(
    net,
    imageEncoder(net, smallClip, image),
    textEmbedding(net, smallClip, ids),
    pairs,
  );
  net.builder.output(loss, 'float32', []);
  const feeds = {
    image: float32([pairs, 3, 16, 16], normals(5, pairs * 768)),
    ids: int64([pairs, maxTokens], [0, 4, 9, 1, 1, 1, 1, 0, 3, 1, 1, 1, 1, 1, 0, 4, 5, 6, 9, 1, 1]),
  };
  const weights = Object.fromEntries(
    [...net.parameters].map(([name, { dims, data }]) => [name, float32(dims, data)]),
  );

  test('follows the slope of the loss that differences find, in every weight', async () => {
    const shaped = specialize(net.builder.build(), {});
    const names = [...net.parameters.keys()];
    const reverse = gradientGraph(shaped, { of: loss, wrt: names });
    const runtime = createRuntime({ threads: 1 });
    const [backward, forward] = [await runtime.open(reverse.graph), await runtime.open(shaped.graph)];
    const results = await backward.run({ ...feeds, ...weights });
    const lossWith = async (name: string, data: Float32Array) => {
      const changed = { ...feeds, ...weights, [name]: float32(weights[name]?.dims ?? [], data) };
      return Number((await forward.run(changed))[loss]?.data[0]);
    };
    const flat: string[] = [];
    for (const name of names) {
      const gradient = results[reverse.gradients.get(name) ?? '']?.data as Float32Array;
      const data = weights[name]?.data ?? new Float32Array();
      const length = Math.hypot(...gradient);
      const moved = (step: number) =>
        lossWith(
          name,
          data.map((value, i) => value + (step * (gradient[i] ?? 0)) / length),
        );
      if (length < 1e-5) {
        flat.push(name);
        continue;
      }
      const step = 0.01;
      const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
      expect(Math.abs(slope - length), `${name}: ${slope} is not ${length}`).toBeLessThan(
        0.01 * length + 1e-4,
      );
    }
    // Attention does not change where all keys move by the same.
    expect(flat).toEqual(['clip.text_model.encoder.layers.0.self_attn.k_proj.bias']);
    await backward.release();
    await forward.release();
  });

  test('asks for no weight that another text encoder has', () => {
    expect([...net.parameters.keys()].filter((name) => !name.startsWith('clip.'))).toEqual([]);
  });
});
