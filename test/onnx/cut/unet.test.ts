import { describe, expect, it } from 'vitest';
import { createGraphBuilder, float, type GraphBuilder, int, ints } from '../../../src/onnx/builder.ts';
import { cutUnet } from '../../../src/onnx/cut/unet.ts';
import type { Attributes, Graph } from '../../../src/onnx/graph.ts';
import { decodeModel } from '../../../src/onnx/proto.ts';
import { elementCount, float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { decodeSafetensors } from '../../../src/safetensors.ts';
import { fixture } from '../files.ts';
import { relativeError, runCut, runGraph } from './recombine.ts';

describe('the U-Net of a whole pipeline', () => {
  const graph = decodeModel(fixture('tiny-sd/unet/model.onnx'));
  const { tensors } = decodeSafetensors(fixture('tiny-sd/reference.safetensors'));
  const cut = cutUnet(graph);

  it('has the heads that the reference names, with their sizes', () => {
    const trained = [...tensors].filter(([key]) => /^init\/.*\.weight$/.test(key));
    const expected = trained.map(([key, { dims }]) => [key.slice(5, -7), dims[0], dims[1]]);
    const found = cut.heads.map((head) => [head.name, head.outFeatures, head.inFeatures]);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('gives the output that PyTorch gives, when keys and values are made outside', async () => {
    const states = tensors.get('hidden') as Tensor;
    const sample = tensors.get('unet_x') as Tensor;
    const timesteps = tensors.get('unet_t')?.data as Int32Array;
    const timestep: Tensor = { type: 'int64', dims: [2], data: BigInt64Array.from(timesteps, BigInt) };
    const output = await runCut(graph, cut, states, { sample, timestep });
    expect(relativeError(output, tensors.get('unet_out') as Tensor)).toBeLessThan(1e-5);
  });

  it('leaves neither the text states nor a key or value weight in the trunk', () => {
    const { trunk, heads } = cut;
    expect(trunk.inputs.map((input) => input.name)).toEqual([
      'sample',
      'timestep',
      ...heads.map((head) => head.trunkInput),
    ]);
    expect(heads.filter((head) => trunk.initializers.has(head.weight.initializer))).toEqual([]);
    expect(trunk.outputs).toEqual(graph.outputs);
  });
});

it("finds all of Stable Diffusion 1.5's keys and values without reading a weight", () => {
  const { heads, trunk } = cutUnet(decodeModel(fixture('sd15-graph/unet/model.onnx')));
  const levels = [
    ...[0, 1, 2].flatMap((block) => [0, 1].map((index) => `down_blocks.${block}.attentions.${index}`)),
    'mid_block.attentions.0',
    ...[1, 2, 3].flatMap((block) => [0, 1, 2].map((index) => `up_blocks.${block}.attentions.${index}`)),
  ];
  const names = levels.flatMap((path) =>
    ['k', 'v'].map((letter) => `${path}.transformer_blocks.0.attn2.to_${letter}`),
  );
  expect(heads.map((head) => head.name).toSorted()).toEqual(names.toSorted());
  expect(heads.reduce((sum, head) => sum + head.inFeatures * head.outFeatures, 0)).toBe(19_169_280);
  expect(trunk.inputs).toHaveLength(34);
});

/** A cross-attention of two heads over `x` [1, n, 4] and `states` [1, m, 6], in the shapes that exporters give it. */
interface AttentionVariant {
  readonly project?: (builder: GraphBuilder, states: string, weight: Tensor, name: string) => string;
  readonly attend?: (builder: GraphBuilder, query: string, key: string, value: string) => string;
  readonly outputBias?: string;
  readonly alsoReads?: (builder: GraphBuilder, states: string, result: string) => string;
}

function crossAttention(variant: AttentionVariant = {}): Graph {
  const { project = plainProjection, attend = attention, alsoReads } = variant;
  const builder = createGraphBuilder({ name: 'cross-attention', opset: 17 });
  const x = builder.input('sample', 'float32', [1, 'n', 4]);
  const states = builder.input('encoder_hidden_states', 'float32', [1, 'm', 6]);
  const weight = (name: string, dims: readonly number[]) => {
    const data = Float32Array.from({ length: elementCount(dims) }, (_, at) =>
      Math.sin(at * 1.7 + name.length * 3.1),
    );
    return float32(dims, data);
  };
  const query = builder.op('MatMul', [x, builder.constant(weight('query', [4, 4]))]);
  const value = project(builder, states, weight('its value', [6, 4]), 'to_v');
  const key = project(builder, states, weight('key', [6, 4]), 'to_k');
  const result = attend(builder, query, key, value);
  const output = builder.op('MatMul', [result, builder.constant(weight('output', [4, 4]))]);
  builder.initializer({ name: variant.outputBias ?? 'bias', tensor: float32([4], [1, 2, 3, 4]) });
  const biased = builder.op('Add', [output, variant.outputBias ?? 'bias']);
  const last = alsoReads ? alsoReads(builder, states, biased) : biased;
  builder.output(builder.op('Identity', [last], {}, 'y'), 'float32', [1, 'n', 4]);
  return builder.build();
}

function plainProjection(builder: GraphBuilder, states: string, weight: Tensor): string {
  return builder.op('MatMul', [states, builder.constant(weight)]);
}

const heads = (builder: GraphBuilder, value: string): string => {
  const split = builder.op('Reshape', [value, builder.ints([1, -1, 2, 2])]);
  return builder.op('Transpose', [split], { perm: ints([0, 2, 1, 3]) });
};

function attention(builder: GraphBuilder, query: string, key: string, value: string): string {
  const transposed = builder.op('Transpose', [heads(builder, key)], { perm: ints([0, 1, 3, 2]) });
  const scaled = builder.op('Mul', [heads(builder, query), builder.scalar(0.7)]);
  const scores = builder.op('MatMul', [scaled, builder.op('Mul', [transposed, builder.scalar(0.9)])]);
  const weights = builder.op('Softmax', [scores], { axis: int(-1) });
  const mixed = builder.op('MatMul', [weights, heads(builder, value)]);
  const joined = builder.op('Transpose', [mixed], { perm: ints([0, 2, 1, 3]) });
  return builder.op('Reshape', [joined, builder.ints([1, -1, 4])]);
}

function transposed(weight: Tensor): Tensor {
  const [rows = 0, columns = 0] = weight.dims;
  const data = weight.data as Float32Array;
  return float32(
    [columns, rows],
    data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)] as number),
  );
}

function gemm(
  builder: GraphBuilder,
  states: string,
  weight: Tensor,
  bias: readonly string[],
  attributes: Attributes = {},
): string {
  const rows = builder.op('Reshape', [states, builder.ints([-1, 6])]);
  const product = builder.op('Gemm', [rows, builder.constant(transposed(weight)), ...bias], {
    transB: int(1),
    ...attributes,
  });
  return builder.op('Reshape', [product, builder.ints([1, -1, 4])]);
}

const bias = (builder: GraphBuilder): string => builder.constant(float32([4], [0.5, -1, 2, 0.25]));

const variants: Readonly<Record<string, AttentionVariant>> = {
  'plain products': {},
  'weights transposed on the way': {
    project: (builder, states, weight) => {
      const turned = builder.op('Transpose', [builder.constant(transposed(weight))], { perm: ints([1, 0]) });
      return builder.op('MatMul', [states, turned]);
    },
  },
  'copies of states and weights': {
    project: (builder, states, weight) => {
      const copy = builder.op('Identity', [builder.constant(weight)]);
      return builder.op('MatMul', [builder.op('Cast', [states], { to: int(1) }), copy]);
    },
  },
  'Gemm between Reshapes': { project: (builder, states, weight) => gemm(builder, states, weight, []) },
  'Gemm with a bias': {
    project: (builder, states, weight) => gemm(builder, states, weight, [bias(builder)]),
  },
  'Gemm with a bias that is scaled': {
    project: (builder, states, weight) =>
      gemm(builder, states, weight, [bias(builder)], { beta: float(-0.5) }),
  },
  'a bias after the product': {
    project: (builder, states, weight) =>
      builder.op('Add', [plainProjection(builder, states, weight), bias(builder)]),
  },
  'shapes computed from the text states': {
    alsoReads: (builder, states, result) => {
      const shape = builder.op('Cast', [builder.op('Shape', [states])], { to: int(1) });
      return builder.op('Add', [result, builder.op('ReduceMean', [shape], { keepdims: int(0) })]);
    },
  },
};

describe('a U-Net whose exporter writes', () => {
  const states = float32(
    [1, 3, 6],
    Float32Array.from({ length: 18 }, (_, at) => Math.cos(at)),
  );
  const sample = float32(
    [1, 5, 4],
    Float32Array.from({ length: 20 }, (_, at) => Math.sin(at * at)),
  );

  it.each(Object.entries(variants))('%s gives the same output cut and uncut', async (_, variant) => {
    const graph = crossAttention(variant);
    const cut = cutUnet(graph);
    expect(cut.heads.map((head) => head.kind)).toEqual(['value', 'key']);
    const whole = await runGraph(graph, { sample, encoder_hidden_states: states });
    expect(relativeError(await runCut(graph, cut, states, { sample }), whole)).toBeLessThan(1e-6);
  });
});

describe('the names of heads', () => {
  const path = 'down_blocks.1.attentions.0.transformer_blocks.2.attn2';

  it('come from the output projection where the weights lost theirs', () => {
    const { heads: found } = cutUnet(crossAttention({ outputBias: `unet.${path}.to_out.0.bias` }));
    expect(found.map((head) => head.name)).toEqual([`${path}.to_v`, `${path}.to_k`]);
  });

  it('come from the weights', () => {
    const project: AttentionVariant['project'] = (builder, states, tensor, name) => {
      const weight = builder.initializer({ name: `${path}.${name}.weight`, tensor: transposed(tensor) });
      return builder.op('MatMul', [states, builder.op('Transpose', [weight])]);
    };
    const { heads: found } = cutUnet(crossAttention({ project }));
    expect(found.map((head) => head.name)).toEqual([`${path}.to_v`, `${path}.to_k`]);
    expect(found[0]?.weight).toEqual({ initializer: `${path}.to_v.weight`, layout: 'out-in' });
  });

  it('are counted where nothing has a name', () => {
    const { heads: found } = cutUnet(crossAttention());
    expect(found.map((head) => head.name)).toEqual(['cross_attentions.0.to_v', 'cross_attentions.0.to_k']);
  });
});

describe('cutUnet', () => {
  it('tells keys from values in the fused operator', () => {
    const attend: AttentionVariant['attend'] = (builder, ...inputs) =>
      builder.op('Attention', inputs, { q_num_heads: int(2), kv_num_heads: int(2) });
    const { heads: found } = cutUnet(crossAttention({ attend }));
    expect(found.map((head) => head.kind)).toEqual(['value', 'key']);
  });

  it('refuses text states that reach the output in another way, naming the node', () => {
    const alsoReads: AttentionVariant['alsoReads'] = (builder, states, result) =>
      builder.op('Add', [result, builder.op('ReduceMean', [states], { keepdims: int(0) })]);
    expect(() => cutUnet(crossAttention({ alsoReads }))).toThrow(
      /also read by the node "reducemean" \(ReduceMean\)/,
    );
  });

  it('refuses an attention with only one of its two matrices', () => {
    const project: AttentionVariant['project'] = (builder, states, weight, name) =>
      name === 'to_k'
        ? plainProjection(builder, states, weight)
        : builder.op('Slice', [states, ...['0', '4', '2'].map((at) => builder.ints([Number(at)]))]);
    expect(() => cutUnet(crossAttention({ project }))).toThrow(/not one key and one value/);
  });

  it('refuses a graph without text, and one without cross-attention', () => {
    const vae = decodeModel(fixture('tiny-sd/vae_decoder/model.onnx'));
    expect(() => cutUnet(vae)).toThrow(/no input "encoder_hidden_states"/);
    const builder = createGraphBuilder({ name: 'plain', opset: 17 });
    builder.input('encoder_hidden_states', 'float32', [1, 'm', 6]);
    builder.output(builder.op('Neg', ['encoder_hidden_states'], {}, 'y'), 'float32', [1, 'm', 6]);
    expect(() => cutUnet(builder.build())).toThrow(/No attention in this U-Net/);
  });

  it('refuses half-precision models', () => {
    const graph = crossAttention();
    const inputs = graph.inputs.map((input) => ({ ...input, type: 'float16' as const }));
    expect(() => cutUnet({ ...graph, inputs })).toThrow(/works in float16. Export it in float32/);
  });
});
