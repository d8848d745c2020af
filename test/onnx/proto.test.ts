import { describe, expect, it } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import type { Initializer } from '../../src/onnx/graph.ts';
import { decodeModel, encodeModel } from '../../src/onnx/proto.ts';
import type { Tensor } from '../../src/onnx/tensor.ts';
import { ProblemError } from '../../src/result.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { fixture } from './files.ts';

function tensorOf(initializer: Initializer | undefined): Tensor {
  if (initializer === undefined || !('tensor' in initializer)) throw new Error('not a weight at hand');
  return initializer.tensor;
}

/** What decoding raised; anything else it throws fails the test. */
function problemOf(bytes: Uint8Array): string | undefined {
  try {
    decodeModel(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.problem.message}`;
    throw error;
  }
}

describe('decodeModel', () => {
  const encodings = decodeModel(fixture('onnx/encodings.onnx'));

  const elements: Readonly<Record<string, ArrayLike<number | bigint>>> = {
    float32: [0, 1, -2, 3],
    float64: [0, 1, -2, 3],
    float16: [0, 0x3c00, 0xc000, 0x4200],
    bfloat16: [0, 0x3f80, 0xc000, 0x4040],
    int64: [0n, 1n, -2n, 3n],
    int32: [0, 1, -2, 3],
    int16: [0, 1, -2, 3],
    int8: [0, 1, -2, 3],
    uint64: [0n, 1n, 2n, 3n],
    uint32: [0, 1, 2, 3],
    uint16: [0, 1, 2, 3],
    uint8: [0, 1, 2, 3],
    bool: [0, 1, 1, 0],
  };

  it.each(Object.entries(elements))(
    'reads %s weights from raw bytes and from typed fields',
    (type, expected) => {
      for (const encoding of ['raw', 'typed']) {
        const tensor = tensorOf(encodings.initializers.get(`${type}.${encoding}`));
        expect(tensor.type).toBe(type);
        expect(tensor.dims).toEqual([2, 2]);
        expect(Array.from<number | bigint>(tensor.data)).toEqual(expected);
      }
    },
  );

  it('reads every kind of attribute, omitted inputs and a weight that stays in its file', () => {
    const [node] = encodings.nodes;
    expect(node).toEqual({
      op: 'Imagined',
      domain: '',
      name: 'everything',
      inputs: ['x', '', 'outside'],
      outputs: ['y', ''],
      attributes: {
        an_int: { kind: 'int', value: -3 },
        a_float: { kind: 'float', value: 0.5 },
        a_string: { kind: 'string', value: 'héllo' },
        some_ints: { kind: 'ints', value: [1, -2, 2 ** 62] },
        some_floats: { kind: 'floats', value: [0.25, -1] },
        some_strings: { kind: 'strings', value: ['a', ''] },
        a_tensor: { kind: 'tensor', value: { type: 'int64', dims: [1, 2], data: BigInt64Array.of(7n, -8n) } },
        largest: { kind: 'int', value: 2 ** 63 },
      },
    });
    expect(encodings.initializers.get('outside')).toEqual({
      name: 'outside',
      type: 'float32',
      dims: [2],
      external: { location: 'weights.bin', offset: 8, length: 8 },
    });
    expect(encodings.inputs).toEqual([{ name: 'x', type: 'float32', dims: ['n', 2] }]);
  });

  it('reads the weights that PyTorch exported', () => {
    const { initializers, nodes } = decodeModel(fixture('tiny-sd/unet/model.onnx'));
    const { tensors } = decodeSafetensors(fixture('tiny-sd/reference.safetensors'));
    const weight = nodes.find((node) => /mid_block.*attn2\/to_k\/MatMul$/.test(node.name))?.inputs[1];
    const exported = tensorOf(initializers.get(weight ?? ''));
    const expected = tensors.get('init/mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight')
      ?.data as Float32Array;
    expect(exported.dims).toEqual([32, 64]);
    const transposed = expected.map((_, at) => expected[(at % 64) * 32 + Math.floor(at / 64)] as number);
    expect(exported.data).toEqual(transposed);
  });

  it('does not copy aligned weights', () => {
    const bytes = fixture('tiny-sd/text_encoder/model.onnx');
    const weights = [...decodeModel(bytes).initializers.values()].map(
      (weight) => tensorOf(weight).data.buffer,
    );
    expect(weights.some((buffer) => buffer === bytes.buffer)).toBe(true);
  });

  it('drops the attribute that an exporter leaves on Split below operator set 18', () => {
    const { nodes } = decodeModel(fixture('onnx/split-17.onnx'));
    expect(nodes[0]?.attributes).toEqual({ axis: { kind: 'int', value: 1 } });
  });

  it('puts nodes into an order in which they can be computed', () => {
    const { nodes } = decodeModel(fixture('onnx/shuffled.onnx'));
    expect(nodes.map((node) => node.name)).toEqual(['first', 'second', 'third']);
  });

  it.each([
    ['subgraph', /unsupported-operator: .*"else_branch" of the node "choose" \(If\) is a subgraph/],
    ['domain', /unsupported-operator: .*"fused" \(FusedMatMul\) is of the domain "com.microsoft"/],
    ['opset-10', /invalid-model: .*operator set 10/],
    ['opset-24', /invalid-model: .*operator set 24/],
    ['strings', /invalid-model: .*"words" .*element type 8/],
    ['sparse', /invalid-model: .*sparse/],
    ['too-few-elements', /invalid-model: .*"short" should have 3 elements/],
    ['negative-dimension', /invalid-model: .*"negative" has the impossible shape/],
    ['vast-shape', /invalid-model: .*"vast" has the impossible shape/],
    ['cycle', /invalid-model: .*depends on its own result/],
    ['two-sources', /invalid-model: .*"y" has more than one source/],
    ['no-source', /invalid-model: .*"lost" \(Add\) uses the value "nowhere", which nothing computes/],
    ['no-output', /invalid-model: .*output "y"/],
    ['path-up', /invalid-model: .*not a file beside the model/],
    ['path-absolute', /invalid-model: .*not a file beside the model/],
    ['outside-length', /invalid-model: .*"outside" should have 8 bytes/],
    ['outside-offset', /invalid-model: .*"outside" should have 8 bytes/],
  ])('refuses a model with %s, saying what and where', (name, sentence) => {
    expect(problemOf(fixture(`onnx/refused-${name}.onnx`))).toMatch(sentence);
  });

  it.each([
    ['a part longer than the file', [0x3a, 4, 0x12, 1], /4 bytes was announced where 2 are left/],
    [
      'a part of nearly 2⁶⁴ bytes',
      [0x3a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
      /announced where 0 are left/,
    ],
    ['a number without an end', [0x08, ...Array<number>(10).fill(0x80), 1], /more than ten bytes/],
    ['a group, which ONNX never had', [0x0b], /unknown wire type 3/],
    ['a field number of zero', [0x00, 0x00], /impossible number/],
    ['a name that is not UTF-8', [0x42, 4, 0x10, 17, 0x0a, 0, 0x3a, 3, 0x12, 1, 0xff], /not valid UTF-8/],
    ['no graph', [0x08, 9], /it has no graph/],
  ])('refuses bytes with %s', (_, bytes, sentence) => {
    expect(problemOf(Uint8Array.from(bytes))).toMatch(sentence);
  });

  it('raises a problem for every truncation of a model, and never crashes', () => {
    const bytes = fixture('onnx/encodings.onnx');
    const opsetAt = bytes.length - 6;
    for (let length = 0; length < opsetAt; length += 1) {
      expect(problemOf(bytes.subarray(0, length)), `${length} bytes`).toMatch(/^invalid-model/);
    }
  });

  it.each(['onnx/encodings.onnx', 'onnx/refused-subgraph.onnx', 'tiny-sd/vae_decoder/model.onnx'])(
    'reads %s with flipped bits or raises a problem, and never crashes',
    (path) => {
      const original = fixture(path);
      const random = randomIntegers(1);
      let refused = 0;
      for (let round = 0; round < 400; round += 1) {
        const bytes = original.slice();
        for (let flips = 0; flips <= round % 4; flips += 1) {
          const at = random() % Math.min(bytes.length, 4000);
          bytes[at] = (bytes[at] as number) ^ (1 << (random() % 8));
        }
        if (problemOf(bytes) !== undefined) refused += 1;
      }
      expect(refused).toBeGreaterThan(100);
    },
  );
});

/** Marsaglia's xorshift. */
function randomIntegers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

describe('encodeModel', () => {
  it.each([
    'onnx/encodings.onnx',
    'tiny-sd/unet/model.onnx',
    'tiny-sd/text_encoder/model.onnx',
    'sd15-graph/unet/model.onnx',
  ])('keeps all that was read of %s', (path) => {
    const graph = decodeModel(fixture(path));
    const bytes = encodeModel(graph);
    expect(decodeModel(bytes)).toEqual(graph);
    expect(Buffer.compare(encodeModel(decodeModel(bytes)), bytes)).toBe(0);
  });

  it('refuses to write more than one ONNX file can hold', () => {
    const builder = createGraphBuilder({ name: 'vast', opset: 17 });
    const data = new Float32Array(2 ** 28);
    builder.initializer({ name: 'a', tensor: { type: 'float32', dims: [data.length], data } });
    builder.initializer({ name: 'b', tensor: { type: 'float32', dims: [data.length], data } });
    expect(() => encodeModel(builder.build())).toThrow(RangeError);
  });
});
