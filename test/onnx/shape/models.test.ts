import { describe, expect, it } from 'vitest';
import type { Graph, ValueInfo } from '../../../src/onnx/graph.ts';
import { decodeModel } from '../../../src/onnx/proto.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import type { Tensor } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { decodeSafetensors } from '../../../src/safetensors.ts';
import { fixture } from '../files.ts';

const runtime = createRuntime({ threads: 1 });
const { tensors } = decodeSafetensors(fixture('tiny-sd/reference.safetensors'));

function reference(name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`The reference has no ${name}`);
  return tensor;
}

const first = (tensor: Tensor): Tensor => {
  const dims = tensor.dims.with(0, 1);
  return { ...tensor, dims, data: tensor.data.slice(0, tensor.data.length / (tensor.dims[0] as number)) };
};

const timesteps = Array.from(reference('unet_t').data as ArrayLike<number | bigint>, BigInt);

const models: Readonly<Record<string, Readonly<Record<string, Tensor>>>> = {
  // The second prompt's <new1> is not in the exported embedding table.
  text_encoder: { input_ids: first(reference('input_ids')) },
  unet: {
    sample: reference('unet_x'),
    timestep: { type: 'int64', dims: [2], data: BigInt64Array.from(timesteps) },
    encoder_hidden_states: reference('hidden'),
  },
  vae_encoder: { sample: reference('image') },
  vae_decoder: { latent_sample: first(reference('unet_x')) },
};

async function runWith(graph: Graph, outputs: readonly ValueInfo[], feeds: Readonly<Record<string, Tensor>>) {
  const session = await runtime.open({ ...graph, outputs });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

function largestDifference(a: Tensor, b: Tensor): number {
  const [left, right] = [a.data, b.data].map((data) =>
    Array.from(data as ArrayLike<number | bigint>, Number),
  );
  return (left ?? []).reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (right?.[index] ?? Number.NaN))),
    0,
  );
}

describe.each(Object.entries(models))('a whole exported %s', (model, feeds) => {
  const original = decodeModel(fixture(`tiny-sd/${model}/model.onnx`));
  const inputDims = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
  const { graph, values } = specialize(original, inputDims);

  it('has the types, shapes and elements that the runtime finds at every value', async () => {
    const computed = new Set(original.nodes.flatMap((node) => node.outputs));
    const open = [...values]
      .filter(([name]) => computed.has(name))
      .map(([name, { type, dims }]) => ({ name, type, dims: dims.map((_, axis) => `${name}.${axis}`) }));
    const expected = await runWith(original, open, feeds);
    const shapes = Object.entries(expected).map(([name, { type, dims }]) => [name, { type, dims }]);
    expect(Object.fromEntries(open.map(({ name }) => [name, values.get(name)]))).toEqual(
      Object.fromEntries(shapes),
    );

    const folded = open.filter(({ name }) => graph.initializers.has(name));
    expect(folded.length).toBeGreaterThan(0);
    for (const { name } of folded) {
      const initializer = graph.initializers.get(name);
      if (initializer === undefined || !('tensor' in initializer)) throw new Error(`${name} has no elements`);
      expect(largestDifference(initializer.tensor, expected[name] as Tensor), name).toBeLessThan(1e-6);
    }
  });

  it('computes the same with fewer nodes', async () => {
    const expected = await runWith(original, original.outputs, feeds);
    const actual = await runWith(graph, graph.outputs, feeds);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, tensor] of Object.entries(actual)) {
      expect(tensor.dims).toEqual(expected[name]?.dims);
      expect(largestDifference(tensor, expected[name] as Tensor)).toBeLessThan(1e-5);
    }
    expect(graph.nodes.length).toBeLessThan(original.nodes.length / 2);
  });

  it('has no shape computations, no node that changes nothing, and every value in its table', () => {
    const gone = new Set(['Shape', 'ConstantOfShape', 'Constant', 'Identity', 'Range', 'Size']);
    expect(graph.nodes.filter(({ op }) => gone.has(op))).toEqual([]);
    const inputs = graph.inputs.map(({ name }) => name);
    const computed = graph.nodes.flatMap((node) => node.outputs);
    expect([...values.keys()].sort()).toEqual([...inputs, ...graph.initializers.keys(), ...computed].sort());
  });
});

describe("Stable Diffusion 1.5's U-Net", () => {
  const original = decodeModel(fixture('sd15-graph/unet/model.onnx'));
  const { graph, values } = specialize(original, {
    sample: [2, 4, 64, 64],
    timestep: [2],
    encoder_hidden_states: [2, 77, 768],
  });

  it('is given its shapes without its weights', () => {
    expect(graph.outputs).toEqual([{ name: 'out_sample', type: 'float32', dims: [2, 4, 64, 64] }]);
    const external = [...graph.initializers.values()].filter((initializer) => 'external' in initializer);
    expect(external.length).toBe(
      [...original.initializers.values()].filter((weight) => 'external' in weight).length,
    );
  });

  it('loses the attention maps of zeros that the exporter adds', () => {
    const constants = [...graph.initializers.values()].flatMap((weight) =>
      'tensor' in weight ? [weight.tensor] : [],
    );
    const added = constants.filter(({ dims }) => dims.length === 3);
    expect(added.filter(({ data }) => data.length > 10_000)).toEqual([]);
    expect(graph.nodes.filter(({ op }) => op === 'ConstantOfShape')).toEqual([]);
  });

  it('attends to 77 states in eight heads of 40 at its outer level', () => {
    const softmax = graph.nodes
      .filter(({ op }) => op === 'Softmax')
      .map((node) => values.get(node.outputs[0] ?? '')?.dims);
    expect(softmax.slice(0, 2)).toEqual([
      [16, 4096, 4096],
      [16, 4096, 77],
    ]);
  });
});
