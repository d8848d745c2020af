import { beforeAll, describe, expect, it } from 'vitest';
import { droppedValues } from '../../src/autodiff/dropped.ts';
import {
  type GradientGraph,
  type GradientRequest,
  gradientGraph,
} from '../../src/autodiff/gradient-graph.ts';
import { createGraphBuilder, int } from '../../src/onnx/builder.ts';
import { cutTextEncoder } from '../../src/onnx/cut/text-encoder.ts';
import { cutUnet, type Head } from '../../src/onnx/cut/unet.ts';
import type { Graph, Node, ShapedGraph } from '../../src/onnx/graph.ts';
import { readInitializer } from '../../src/onnx/model-file.ts';
import { decodeModel } from '../../src/onnx/proto.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { type Recomputation, recomputations } from '../../src/recomputations.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { fixture } from '../onnx/files.ts';
import { addedNodes, relativeError } from './differences.ts';
import { emittableOperators } from './emittable.ts';

/** Largest error of a gradient that counts as PyTorch's own, as a share of its largest element. */
const tolerance = 1e-5;
const taughtToken = 49408;

/** Operators that rules may not add; what is computed again is the forward graph's own. */
function notEmittable(forward: ShapedGraph, emitted: GradientGraph): readonly string[] {
  const again = ({ outputs: [name = ''] }: Node) => /\.again(_\d+)?$/.test(name);
  return addedNodes(forward, emitted).flatMap((node) =>
    emittableOperators.has(node.op) || again(node) ? [] : [node.op],
  );
}

function product(
  rows: number,
  inner: number,
  columns: number,
  left: (row: number, k: number) => number,
  right: (k: number, column: number) => number,
): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      for (let k = 0; k < inner; k += 1) result[row * columns + column]! += left(row, k) * right(k, column);
  return result;
}

describe('a whole pipeline', () => {
  const { tensors } = decodeSafetensors(fixture('tiny-sd/reference.safetensors'));
  const floats = (name: string) => tensors.get(name)?.data as Float32Array;
  const firstStep = (name: string, dims: readonly number[]) => {
    const { data } = tensors.get(name) as Tensor;
    return data.slice(
      0,
      dims.reduce((count, size) => count * size, 1),
    );
  };
  const [latents, tokens, width] = [[2, 4, 16, 16], 2 * 77, 32] as const;
  const states = floats('hidden');
  const unet = decodeModel(fixture('tiny-sd/unet/model.onnx'));
  const textEncoder = decodeModel(fixture('tiny-sd/text_encoder/model.onnx'));
  const { trunk, heads } = cutUnet(unet);
  const encoder = cutTextEncoder(textEncoder);
  const weights = new Map<Head, (row: number, column: number) => number>();
  interface Answer {
    readonly results: Readonly<Record<string, Tensor>>;
    readonly emitted: GradientGraph;
  }
  const answers = new Map<Recomputation, Answer>();
  const answerOf = (recomputation: Recomputation) => answers.get(recomputation) as Answer;

  const gradientOf = (head: Head, recomputation: Recomputation = 'none') => {
    const { results, emitted } = answerOf(recomputation);
    return results[emitted.gradients.get(head.trunkInput) ?? '']?.data as Float32Array;
  };

  async function run({
    forward,
    request,
    feeds,
  }: {
    forward: ShapedGraph;
    request: GradientRequest;
    feeds: Record<string, Tensor>;
  }) {
    const made = gradientGraph(forward, request);
    expect(notEmittable(forward, made)).toEqual([]);
    const session = await createRuntime({ threads: 1 }).open(made.graph);
    const outputs = await session.run(feeds);
    await session.release();
    return { made, outputs };
  }

  beforeAll(async () => {
    for (const head of heads) {
      const data = (await readInitializer({ graph: unet, folder: '' }, head.weight.initializer))
        .data as Float32Array;
      const [rowStride, columnStride] =
        head.weight.layout === 'out-in' ? [head.inFeatures, 1] : [1, head.outFeatures];
      weights.set(head, (row, column) => data[row * rowStride + column * columnStride] as number);
    }
    const steps = firstStep('train_t', [2]) as Int32Array;
    const feeds: Record<string, Tensor> = {
      sample: tensors.get('step0_noisy') as Tensor,
      timestep: { type: 'int64', dims: [2], data: BigInt64Array.from(steps, BigInt) },
      noise: float32(latents, firstStep('train_noise', latents) as Float32Array),
    };
    for (const head of heads) {
      const weight = weights.get(head) as (row: number, column: number) => number;
      const keys = product(
        tokens,
        width,
        head.outFeatures,
        (t, i) => states[t * width + i] as number,
        (i, o) => weight(o, i),
      );
      feeds[head.trunkInput] = float32([2, 77, head.outFeatures], keys);
    }
    const dims = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, tensor.dims]));
    const forward = specialize(withLoss(trunk), dims);
    const request = { of: 'loss', wrt: heads.map((head) => head.trunkInput), keep: ['loss', 'out_sample'] };
    for (const recomputation of recomputations) {
      const recompute = droppedValues(forward, recomputation);
      const { made, outputs } = await run({ forward, request: { ...request, recompute }, feeds });
      answers.set(recomputation, { emitted: made, results: outputs });
    }
  });

  it('gives the loss and the prediction that PyTorch gives', () => {
    const { results } = answerOf('none');
    expect(relativeError(results.out_sample?.data as Float32Array, floats('step0_pred'))).toBeLessThan(1e-5);
    expect(results.loss?.data[0]).toBeCloseTo(floats('losses')[0] as number, 5);
  });

  const asked = recomputations.flatMap((recomputation) =>
    heads.map((head) => [head.name, recomputation, head] as const),
  );
  it.each(asked)(
    'gives the gradient of %s that PyTorch gives, computing again %s',
    (name, recomputation, head) => {
      const gradient = gradientOf(head, recomputation);
      const weight = product(
        head.outFeatures,
        tokens,
        width,
        (o, t) => gradient[t * head.outFeatures + o] as number,
        (t, i) => states[t * width + i] as number,
      );
      expect(relativeError(weight, floats(`grad0/${name}.weight`))).toBeLessThan(tolerance);
    },
  );

  it('gives the gradient of the taught embedding that PyTorch gives, through the text encoder', async () => {
    const cotangent = new Float32Array(tokens * width);
    for (const head of heads) {
      const [gradient, weight] = [
        gradientOf(head),
        weights.get(head) as (row: number, column: number) => number,
      ];
      const share = product(
        tokens,
        head.outFeatures,
        width,
        (t, o) => gradient[t * head.outFeatures + o] as number,
        weight,
      );
      for (const [index, value] of share.entries()) cotangent[index]! += value;
    }
    const ids = Array.from((tensors.get('input_ids') as Tensor<'int32'>).data);
    const table = (await readInitializer({ graph: textEncoder, folder: '' }, encoder.table.initializer))
      .data as Float32Array;
    const rowOf = (id: number) =>
      id === taughtToken ? floats('new1_embedding_init') : table.subarray(id * width, (id + 1) * width);
    const token_embeddings = float32(
      [2, 77, width],
      ids.flatMap((id) => [...rowOf(id)]),
    );
    const { made, outputs } = await run({
      forward: specialize(encoder.body, { token_embeddings: [2, 77, width] }),
      request: { of: encoder.statesOutput, wrt: ['token_embeddings'], cotangent: 'dStates' },
      feeds: { token_embeddings, dStates: float32([2, 77, width], cotangent) },
    });
    const gradient = outputs[made.gradients.get('token_embeddings') ?? '']?.data as Float32Array;
    const row = product(
      1,
      tokens,
      width,
      (_, t) => Number(ids[t] === taughtToken),
      (t, i) => gradient[t * width + i] as number,
    );
    expect(relativeError(row, floats('grad0/new1_embedding'))).toBeLessThan(tolerance);
  });
});

/** mean((prediction − noise)²) as an output of its own. */
function withLoss(trunk: Graph): Graph {
  const builder = createGraphBuilder({ name: trunk.name, opset: trunk.opset, from: trunk });
  const error = builder.op('Sub', [
    trunk.outputs[0]?.name ?? '',
    builder.input('noise', 'float32', ['b', 4, 'h', 'w']),
  ]);
  builder.op('ReduceMean', [builder.op('Mul', [error, error])], { keepdims: int(0) }, 'loss');
  builder.output('loss', 'float32', []);
  return builder.build();
}

describe("Stable Diffusion 1.5's U-Net", () => {
  const { trunk, heads } = cutUnet(decodeModel(fixture('sd15-graph/unet/model.onnx')));
  const inputs = heads.map(({ trunkInput, outFeatures }) => [trunkInput, [1, 77, outFeatures]] as const);
  const forward = specialize(trunk, { sample: [1, 4, 32, 32], timestep: [1], ...Object.fromEntries(inputs) });
  const emitted = gradientGraph(forward, {
    of: 'out_sample',
    wrt: inputs.map(([name]) => name),
    cotangent: 'dLoss',
  });

  it('is differentiated in its keys and values, in their shapes, with emittable operators alone', () => {
    expect(notEmittable(forward, emitted)).toEqual([]);
    const shapes = emitted.graph.outputs.map(({ dims }) => dims);
    expect(shapes).toEqual(inputs.map(([, dims]) => dims));
  });

  it('gets no copy of a weight and few new constants', () => {
    const added = [...emitted.graph.initializers.values()].filter(
      ({ name }) => !forward.graph.initializers.has(name),
    );
    const bytes = added.map((weight) =>
      'tensor' in weight ? weight.tensor.data.byteLength : Number.POSITIVE_INFINITY,
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1e6);
    for (const [name, weight] of emitted.graph.initializers)
      if (forward.graph.initializers.has(name)) expect(forward.graph.initializers.get(name)).toBe(weight);
  });

  it('reads large weights as they lie, for the runtime would hold a turned copy of each', () => {
    const isMatrix = (name: string) => {
      const weight = forward.graph.initializers.get(name);
      return (
        weight !== undefined && 'external' in weight && weight.dims.filter((size) => size > 1).length > 1
      );
    };
    const readers = addedNodes(forward, emitted).filter(({ inputs }) => inputs.some(isMatrix));
    expect(readers.length).toBeGreaterThan(100);
    expect(new Set(readers.map(({ op }) => op))).toEqual(new Set(['ConvTranspose', 'Gemm']));
  });

  it('needs no more nodes than four times the forward ones', () => {
    expect(emitted.graph.nodes.length).toBeLessThan(4 * forward.graph.nodes.length);
  });
});
