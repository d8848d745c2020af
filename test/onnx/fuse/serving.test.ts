import { describe, expect, test } from 'vitest';
import { inputDims } from '../../../src/diffusion/training/trunk-gradient.ts';
import {
  createGraphBuilder,
  float,
  type GraphBuilder,
  int,
  ints,
  string,
} from '../../../src/onnx/builder.ts';
import { withSkipSizes } from '../../../src/onnx/cut/skip-sizes.ts';
import { cutUnet } from '../../../src/onnx/cut/unet.ts';
import { withChannelsLast } from '../../../src/onnx/fuse/channels-last.ts';
import { fusedForGpu } from '../../../src/onnx/fuse/serving.ts';
import { withSplitGelus } from '../../../src/onnx/fuse/split-gelu.ts';
import { type Graph, type ShapedGraph, shapeOfInitializer } from '../../../src/onnx/graph.ts';
import { inHalfPrecision } from '../../../src/onnx/half-precision.ts';
import { decodeModel } from '../../../src/onnx/proto.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { elementCount, float32, int64, type Tensor } from '../../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { relativeError } from '../../autodiff/differences.ts';
import { fixture } from '../files.ts';
import { inPlainOperators } from './plain-operators.ts';

const runtime = createRuntime({ threads: 1 });
const noise = (dims: readonly number[], stream: number) =>
  float32(dims, gaussianNoise(1, stream, elementCount(dims)));

function feedsFor({ inputs }: Graph): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, type, dims }, stream) => [
      name,
      type === 'float32'
        ? noise(dims as number[], stream)
        : int64(dims as number[], new Array(elementCount(dims as number[])).fill(400)),
    ]),
  );
}

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<Float32Array> {
  const session = await runtime.open(graph);
  const results = await session.run(feeds);
  await session.release();
  return results[graph.outputs[0]?.name ?? '']?.data as Float32Array;
}

const count = ({ graph }: ShapedGraph, op: string) => graph.nodes.filter((node) => node.op === op).length;

/** How far the answer of what was made of a graph is from its own. */
async function distance(from: ShapedGraph, made: ShapedGraph): Promise<number> {
  const feeds = feedsFor(from.graph);
  return relativeError(await run(inPlainOperators(made), feeds), await run(from.graph, feeds));
}

describe.each([
  ['tiny-sd', [4, 16, 16]],
  ['tiny-sd21', [4, 24, 24]],
] as const)('the U-Net of %s, made ready for a GPU', (name, latents) => {
  const cut = cutUnet(decodeModel(fixture(`${name}/unet/model.onnx`)));
  const trunk = withSkipSizes(cut.trunk) ?? cut.trunk;
  const shaped = specialize(trunk, inputDims(cut, { batch: 2, tokens: 12, latents }));
  const ready = fusedForGpu(shaped);

  test('answers as it did', async () => {
    expect(await distance(shaped, ready)).toBeLessThan(1e-5);
  });

  test('has one operator for each normalization and each convolution', () => {
    expect(count(ready, 'GroupNorm')).toBe(count(shaped, 'InstanceNormalization'));
    expect(count(ready, 'NhwcConv')).toBe(count(shaped, 'Conv'));
    expect(count(ready, 'LayerNormalization')).toBe(count(shaped, 'Sqrt'));
    const left = ['InstanceNormalization', 'Conv', 'ReduceMean', 'Sqrt'].filter((op) => count(ready, op) > 0);
    expect(left).toEqual([]);
  });

  test('turns values only at its ends and where it is enlarged', () => {
    const { graph } = ready;
    const turned = graph.nodes.filter(
      ({ op, inputs: [x = ''] }) => op === 'Transpose' && !graph.initializers.has(x),
    );
    expect(turned).toHaveLength(2 + 2 * count(shaped, 'Resize'));
  });

  test('tells the shape of every value that it has', () => {
    const inputs = Object.fromEntries(ready.graph.inputs.map(({ name, dims }) => [name, dims as number[]]));
    const found = specialize(inPlainOperators(ready), inputs).values;
    for (const node of ready.graph.nodes)
      for (const output of node.outputs) {
        expect(ready.values.has(output), output).toBe(true);
        if (found.has(output)) expect(found.get(output), output).toEqual(ready.values.get(output));
      }
    for (const [weight, initializer] of ready.graph.initializers)
      expect(ready.values.get(weight), weight).toEqual(shapeOfInitializer(initializer));
  });
});

test('all that Stable Diffusion’s U-Net has of those is found', () => {
  const cut = cutUnet(decodeModel(fixture('sd15-graph/unet/model.onnx')));
  const shaped = specialize(cut.trunk, inputDims(cut, { batch: 2, tokens: 77, latents: [4, 64, 64] }));
  const ready = fusedForGpu(shaped);
  expect(
    ['GroupNorm', 'NhwcConv', 'LayerNormalization', 'BiasSplitGelu'].map((op) => count(ready, op)),
  ).toEqual([61, 98, 48, 16]);
  expect(count(ready, 'Sigmoid'), 'those of the timestep').toBe(2);
});

/** A graph of one input `x`. */
function shapedOf(dims: readonly number[], build: (b: GraphBuilder) => string): ShapedGraph {
  const builder = createGraphBuilder({ name: 'model', opset: 17 });
  builder.input('x', 'float32', dims);
  builder.output(build(builder), 'float32', dims);
  return specialize(builder.build(), {});
}

const weight = (b: GraphBuilder, dims: readonly number[], stream: number) => b.constant(noise(dims, stream));

describe('channels last', () => {
  const dims = [2, 8, 6, 5];
  const conv = (b: GraphBuilder, x: string, stream: number) =>
    b.op('Conv', [x, weight(b, [8, 8, 3, 3], stream), weight(b, [8], stream)], { pads: ints([1, 1, 1, 1]) });
  const norm = (b: GraphBuilder, x: string, weightDims = [8, 1, 1]) => {
    const filled = (value: number) => b.constant(float32([4], [value, value, value, value]));
    const grouped = b.op('Reshape', [x, b.ints([2, 4, -1])]);
    const normal = b.op('InstanceNormalization', [grouped, filled(1), filled(0)], { epsilon: float(0.5) });
    const back = b.op('Reshape', [normal, b.ints(dims)]);
    return b.op('Add', [b.op('Mul', [back, weight(b, weightDims, 7)]), weight(b, weightDims, 8)]);
  };

  test.each<readonly [string, (b: GraphBuilder) => string]>([
    ['a normalization without SiLU', (b) => conv(b, norm(b, 'x'), 1)],
    [
      'one whose SiLU something else reads too',
      (b) => {
        const x = norm(b, 'x');
        const sigmoid = b.op('Sigmoid', [x]);
        return conv(b, b.op('Add', [b.op('Mul', [x, sigmoid]), sigmoid]), 1);
      },
    ],
    ['an activation of another kind', (b) => conv(b, b.op('Tanh', [conv(b, 'x', 1)]), 2)],
    [
      'a weight for every place',
      (b) => conv(b, b.op('Mul', [conv(b, 'x', 1), weight(b, [1, 8, 6, 5], 3)]), 2),
    ],
    [
      'a weight for every channel',
      (b) => conv(b, b.op('Mul', [conv(b, 'x', 1), weight(b, [8, 1, 1], 3)]), 2),
    ],
    [
      'a value read in both layouts',
      (b) => {
        const x = conv(b, 'x', 1);
        return b.op('Add', [b.op('Softmax', [x], { axis: int(1) }), conv(b, x, 2)]);
      },
    ],
    [
      'a transposition of its own',
      (b) => {
        const x = b.op('Transpose', [conv(b, 'x', 1)], { perm: ints([0, 2, 3, 1]) });
        const back = b.op('Transpose', [b.op('Softmax', [x], { axis: int(3) })], {
          perm: ints([0, 3, 1, 2]),
        });
        return conv(b, back, 2);
      },
    ],
    [
      'one that the model ends with',
      (b) =>
        b.op('Transpose', [b.op('Transpose', [conv(b, 'x', 1)], { perm: ints([0, 2, 3, 1]) })], {
          perm: ints([0, 3, 1, 2]),
        }),
    ],
    [
      'channels that are joined',
      (b) => {
        const both = b.op('Concat', [conv(b, 'x', 1), 'x'], { axis: int(1) });
        return b.op('Conv', [both, weight(b, [8, 16, 1, 1], 3)], { strides: ints([1, 1]) });
      },
    ],
  ])('answers as before around %s', async (_, build) => {
    const shaped = shapedOf(dims, build);
    const made = withChannelsLast(shaped);
    expect(count(made, 'NhwcConv')).toBeGreaterThan(0);
    expect(await distance(shaped, made)).toBeLessThan(1e-5);
  });

  test('leaves convolutions in groups, and those that pad by themselves', () => {
    const kinds = [
      { channels: 4, attributes: { group: int(2), pads: ints([1, 1, 1, 1]) } },
      { channels: 8, attributes: { auto_pad: string('SAME_UPPER') } },
    ];
    const left = kinds.map(({ channels, attributes }) => {
      const shaped = shapedOf(dims, (b) =>
        b.op('Conv', ['x', weight(b, [8, channels, 3, 3], 1)], attributes),
      );
      return count(withChannelsLast(shaped), 'Conv');
    });
    expect(left).toEqual([1, 1]);
  });

  test.each([
    ['an odd number of channels', 4, 4],
    ['more channels than a block of threads reads', 1028, 2],
  ])(
    'leaves normalizations whose groups have %s: the runtime has no kernel for them',
    (_, channels, groups) => {
      const shaped = shapedOf([1, channels, 2, 2], (b) => {
        const filled = (value: number) =>
          b.constant(float32([groups], new Array<number>(groups).fill(value)));
        const grouped = b.op('Reshape', ['x', b.ints([1, groups, -1])]);
        const normal = b.op('InstanceNormalization', [grouped, filled(1), filled(0)]);
        const back = b.op('Reshape', [normal, b.ints([1, channels, 2, 2])]);
        const scaled = b.op('Mul', [back, weight(b, [channels, 1, 1], 1)]);
        return b.op('Add', [scaled, weight(b, [channels, 1, 1], 2)]);
      });
      expect(count(withChannelsLast(shaped), 'GroupNorm')).toBe(0);
    },
  );

  test('keeps the scale and bias of a normalization in float32, and computes the rest in float16', () => {
    const made = withChannelsLast(shapedOf(dims, (b) => conv(b, norm(b, 'x'), 1)));
    const half = inHalfPrecision(made, new Set(['x']));
    const casts = new Set(half.nodes.filter(({ op }) => op === 'Cast').flatMap(({ outputs }) => outputs));
    const inputs = (op: string) =>
      half.nodes.find((node) => node.op === op)?.inputs.map((input) => casts.has(input));
    expect(inputs('GroupNorm')?.slice(1)).toEqual([false, false]);
    expect(inputs('NhwcConv')?.slice(1)).toEqual([true, true]);
  });
});

describe('a GEGLU', () => {
  const written = (divisor: number, width = 2560) =>
    shapedOf([1, 2, width / 2], (b) => {
      const product = b.op('MatMul', ['x', weight(b, [width / 2, width], 1)]);
      const moved = b.op('Add', [product, weight(b, [width], 2)]);
      const slice = (from: number, to: number) =>
        b.op('Slice', [moved, b.ints([from]), b.ints([to]), b.ints([2])]);
      const [left, right] = [slice(0, width / 2), slice(width / 2, width)];
      const erf = b.op('Erf', [b.op('Div', [right, b.scalar(divisor)])]);
      const gelu = b.op('Mul', [b.op('Mul', [right, b.op('Add', [erf, b.scalar(1)])]), b.scalar(0.5)]);
      return b.op('Mul', [left, gelu]);
    });

  test('becomes one operator that answers as it did', async () => {
    const shaped = written(Math.SQRT2);
    const made = withSplitGelus(shaped);
    expect(made.graph.nodes.map(({ op }) => op)).toEqual(['MatMul', 'BiasSplitGelu']);
    expect(await distance(shaped, made)).toBeLessThan(1e-5);
  });

  test('stays as it is where the model gives a half of it too', () => {
    const { graph, values } = written(Math.SQRT2);
    for (const half of graph.nodes.filter(({ op }) => op === 'Slice').map(({ outputs }) => outputs[0]!)) {
      const outputs = [...graph.outputs, { name: half, ...values.get(half)! }];
      const made = withSplitGelus({ graph: { ...graph, outputs }, values });
      expect(count(made, 'BiasSplitGelu'), half).toBe(0);
    }
  });

  test('stays as it is where it is another function, or of a width that the runtime has no kernel for', () => {
    expect(count(withSplitGelus(written(2)), 'BiasSplitGelu')).toBe(0);
    expect(count(withSplitGelus(written(Math.SQRT2, 512)), 'BiasSplitGelu')).toBe(0);
  });
});
