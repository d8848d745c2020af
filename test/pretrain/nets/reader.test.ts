import { expect, test } from 'vitest';
import { gradientGraph } from '../../../src/autodiff/gradient-graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { createNet } from '../../../src/pretrain/nets/net.ts';
import { attributesLoss, type ReaderConfig } from '../../../src/pretrain/nets/reader.ts';
import { readerConfig, readerGraph } from '../../../src/pretrain/shipped/reader.ts';
import { readerLoss } from '../../../src/pretrain/stages/reader.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { seededRandom } from '../../../src/world/index.ts';
import { dot } from '../../autodiff/differences.ts';
import { runGraph } from '../../onnx/cut/recombine.ts';
import { normals } from '../../personalize/head.ts';

const tiny: ReaderConfig = {
  pixels: 16,
  channels: [8, 8, 16],
  heads: 2,
  surroundings: 2,
  glances: 3,
  hidden: 8,
  attributes: [
    { kind: 0, values: 2 },
    { kind: 1, values: 3 },
    { kind: 0, values: 2 },
  ],
};
const image = float32([2, 3, 16, 16], normals(1, 2 * 768));
const targets = float32([2, 7], [0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1]);

/** A net in which nothing is zero any more. */
function roughened() {
  const net = readerLoss(tiny, 2, seededRandom(1));
  [...net.parameters.values()].forEach(({ data }, index) => {
    const added = normals(index + 5, data.length);
    data.forEach((value, i) => {
      data[i] = value + 0.2 * added[i]!;
    });
  });
  return net;
}

const crossEntropy = (logits: readonly number[], target: number) =>
  -Math.log(Math.exp(logits[target]!) / logits.reduce((total, logit) => total + Math.exp(logit), 0));

test("the loss is the sum of the attributes' cross entropies, a mean over the batch", async () => {
  const net = createNet('loss', seededRandom(1));
  const logits = net.builder.input('logits', 'float32', [2, 7]);
  const wanted = net.builder.input('targets', 'float32', [2, 7]);
  net.builder.output(attributesLoss(net, tiny, logits, wanted), 'float32', []);
  const rows = [
    [0.3, -1.2, 2, 0.5, -7, 0.1, 0.4],
    [-20, 20, 1, 1.5, 30, 3, -2],
  ] as const;
  const { data } = await runGraph(net.builder.build(), { logits: float32([2, 7], rows.flat()), targets });
  const first =
    crossEntropy(rows[0].slice(0, 2), 1) +
    crossEntropy(rows[0].slice(2, 5), 2) +
    crossEntropy(rows[0].slice(5), 0);
  const second =
    crossEntropy(rows[1].slice(0, 2), 0) +
    crossEntropy(rows[1].slice(2, 5), 0) +
    crossEntropy(rows[1].slice(5), 1);
  expect(data[0]).toBeCloseTo((first + second) / 2, 4);
});

test('the gradient of every weight is the slope along any direction', async () => {
  const net = roughened();
  const graph = net.builder.build();
  const loss = graph.outputs[0]!.name;
  const weights: Record<string, Tensor<'float32'>> = Object.fromEntries(
    [...net.parameters].map(([name, { dims, data }]) => [name, float32(dims, data)]),
  );
  const names = Object.keys(weights);
  const reverse = gradientGraph(specialize(graph, {}), { of: loss, wrt: names });
  const runtime = createRuntime({ threads: 1 });
  const [forward, backward] = [await runtime.open(graph), await runtime.open(reverse.graph)];
  const feeds = { ...weights, image, targets };
  const gradients = await backward.run(feeds);
  const lossAt = async (name: string, data: Float32Array) =>
    (await forward.run({ ...feeds, [name]: float32(weights[name]!.dims, data) }))[loss]!.data[0] as number;

  expect(names.length).toBeGreaterThan(40);
  for (const [index, name] of names.entries()) {
    const { data } = weights[name]!;
    const direction = normals(900 + index, data.length);
    const length = Math.sqrt(dot(direction, direction));
    const along = (step: number) =>
      lossAt(
        name,
        data.map((value, i) => value + (step * direction[i]!) / length),
      );
    const step = 1 / 32;
    const slope =
      (8 * ((await along(step)) - (await along(-step))) -
        (await along(2 * step)) +
        (await along(-2 * step))) /
      (12 * step);
    const gradient = gradients[reverse.gradients.get(name)!]!.data as Float32Array;
    const size = Math.sqrt(dot(gradient, gradient));
    expect(Math.abs(slope - dot(gradient, direction) / length), name).toBeLessThan(2e-3 + 0.01 * size);
  }
  await forward.release();
  await backward.release();
});

test('each picture of a batch is read as it is alone, and left from right', async () => {
  const { parameters } = roughened();
  const graph = readerGraph(tiny, parameters);
  const both = (await runGraph(graph, { pixel_values: image })).data as Float32Array;
  const second = float32([1, 3, 16, 16], image.data.slice(768));
  const alone = (await runGraph(graph, { pixel_values: second })).data as Float32Array;
  const turned = second.data.map((_, i) => second.data[i - (i % 16) + 15 - (i % 16)]!);
  const mirrored = (await runGraph(graph, { pixel_values: float32([1, 3, 16, 16], turned) })).data;
  expect(both).toHaveLength(14);
  alone.forEach((logit, i) => {
    expect(logit).toBeCloseTo(both[7 + i]!, 4);
  });
  expect(Math.max(...alone.map((logit, i) => Math.abs(logit - Number(mirrored[i]))))).toBeGreaterThan(0.01);
});

test('the reader that ships is small: a million weights, 100 million multiplications a picture', () => {
  const net = readerLoss(readerConfig, 1, seededRandom(1));
  const weights = [...net.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { graph, values } = specialize(net.builder.build(), {});
  const elements = (name: string) => values.get(name)!.dims.reduce((product, size) => product * size, 1);
  const multiplications = graph.nodes.reduce((sum, { op, inputs, outputs }) => {
    if (op !== 'Conv' && op !== 'MatMul') return sum;
    const [left, right] = [values.get(inputs[0]!)!.dims, values.get(inputs[1]!)!.dims];
    const each = op === 'Conv' ? right.slice(1).reduce((product, size) => product * size, 1) : left.at(-1)!;
    return sum + each * elements(outputs[0]!);
  }, 0);

  expect(weights).toBeLessThan(1e6);
  expect(multiplications).toBeGreaterThan(40e6);
  expect(multiplications).toBeLessThan(100e6);
});
