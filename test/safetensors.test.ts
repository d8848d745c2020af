import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../src/onnx/tensor.ts';
import { float32, int64 } from '../src/onnx/tensor.ts';
import { ProblemError } from '../src/result.ts';
import { decodeSafetensors, encodeSafetensors } from '../src/safetensors.ts';

const reference = readFileSync(new URL('fixtures/tiny-sd/reference.safetensors', import.meta.url));

/** A file with the given header text and data bytes. */
function file(header: string | object, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([prefix, json, data]);
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('decodeSafetensors', () => {
  it('reads what the reference implementation of the format wrote', () => {
    const { tensors, metadata } = decodeSafetensors(reference);
    expect(tensors.size).toBe(63);
    expect(metadata).toEqual({});
    expect(tensors.get('input_ids')).toMatchObject({ type: 'int32', dims: [2, 77] });
    expect(Array.from(tensors.get('input_ids')?.data.slice(0, 6) as Int32Array)).toEqual([
      49406, 320, 1125, 539, 320, 1929,
    ]);
    const alphas = tensors.get('alphas_cumprod')?.data as Float32Array;
    expect(alphas[0]).toBeCloseTo(1 - 0.00085, 6);
    expect(alphas).toHaveLength(1000);
  });

  it('reads a tensor that starts at any address of the buffer', () => {
    const bytes = file({ a: entry('F32', [2], 0, 8) }, new Uint8Array(Float32Array.of(1.5, -2).buffer));
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSafetensors(shifted.subarray(1)).tensors.get('a')?.data).toEqual(Float32Array.of(1.5, -2));
  });

  it('keeps a name that JavaScript treats specially as a name', () => {
    const { tensors } = decodeSafetensors(
      file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', Uint8Array.of(7)),
    );
    expect(tensors.get('__proto__')?.data).toEqual(Uint8Array.of(7));
  });

  const eight = new Uint8Array(8);
  const unsound: Record<string, Uint8Array> = {
    'an empty file': new Uint8Array(),
    'fewer bytes than a length': new Uint8Array(7),
    'a header longer than the file': Buffer.concat([file('{}').subarray(0, 8), Buffer.from('{')]),
    'an absurd header length': Buffer.concat([Buffer.alloc(8, 0xff), Buffer.from('{}')]),
    'a header over the limit': file(`{}${' '.repeat(4_000_000)}`),
    'a header that is not JSON': file('{"a":'),
    'a header that is not UTF-8': file('{"\u{fffd}":1}').map((byte) => (byte === 0xef ? 0xff : byte)),
    'a header that is a list': file('[]'),
    'a header that is null': file('null'),
    'an entry without a shape': file({ a: { dtype: 'U8', data_offsets: [0, 8] } }, eight),
    'an entry with more fields': file({ a: { ...entry('U8', [8], 0, 8), extra: 1 } }, eight),
    'metadata that is not text': file({ __metadata__: { step: 3 } }),
    'an unknown element type': file({ a: entry('F7', [8], 0, 8) }, eight),
    'a tensor beyond the end': file({ a: entry('F32', [4], 0, 16) }, eight),
    'a negative offset': file({ a: entry('F32', [2], -8, 0) }, eight),
    'a fractional offset': file({ a: entry('U8', [1], 0.5, 1.5) }, eight),
    'an end before the beginning': file({ a: entry('F32', [2], 8, 0) }, eight),
    'a shape smaller than its bytes': file({ a: entry('F32', [1], 0, 8) }, eight),
    'a shape whose size overflows': file({ a: entry('U8', [2 ** 40, 2 ** 40, 2 ** 40], 0, 8) }, eight),
    'overlapping tensors': file({ a: entry('U8', [8], 0, 8), b: entry('U8', [4], 4, 8) }, eight),
    'two tensors over the same bytes': file({ a: entry('U8', [8], 0, 8), b: entry('U8', [8], 0, 8) }, eight),
    'a hole between tensors': file({ a: entry('U8', [2], 0, 2), b: entry('U8', [4], 4, 8) }, eight),
    'bytes after the last tensor': file({ a: entry('U8', [4], 0, 4) }, eight),
    'unaligned elements': file({ a: entry('U8', [2], 0, 2), b: entry('F32', [1], 2, 6) }, new Uint8Array(6)),
    'a name given twice': file(
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
    ),
    'a field given twice': file('{"a":{"dtype":"F32","shape":[0],"dtype":"U8","data_offsets":[0,0]}}'),
    'a name of two million escapes': file(`{"${'\\n'.repeat(1_900_000)}":1}`),
  };
  it.each(Object.entries(unsound))('refuses %s', (_, bytes) => {
    expect(() => decodeSafetensors(bytes)).toThrowError(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'invalid-file' }) }),
    );
  });

  it('answers a damaged file with a problem or a sound result, never with another error', () => {
    const random = lehmer(20_251_103);
    const sound = encodeSafetensors(
      new Map<string, Tensor>([
        ['weight', float32([2, 3], [1, 2, 3, 4, 5, 6])],
        ['ids', int64([2], [7, -8])],
        ['mask', { type: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) }],
      ]),
      { format: 'test' },
    );
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const damaged = sound.slice(0, random(4) === 0 ? random(sound.length) : sound.length);
      for (let hit = 0; hit <= random(4) && damaged.length > 0; hit++)
        damaged[random(damaged.length)] = random(256);
      try {
        for (const { data, dims } of decodeSafetensors(damaged).tensors.values()) {
          expect(data.length).toBe(dims.reduce((a, b) => a * b, 1));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1500);
  });
});

describe('encodeSafetensors', () => {
  it('lays a file out byte by byte as the format says', () => {
    const bytes = encodeSafetensors(
      new Map<string, Tensor>([
        ['b', { type: 'uint8', dims: [1], data: Uint8Array.of(9) }],
        ['a', { type: 'uint16', dims: [], data: Uint16Array.of(0x0102) }],
      ]),
      { k: 'v' },
    );
    const header =
      '{"__metadata__":{"k":"v"},"a":{"dtype":"U16","shape":[],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(file(padded, Uint8Array.of(0x02, 0x01, 9))));
  });

  it('returns every element type unchanged through a file, in any order of insertion', () => {
    const tensors: [string, Tensor][] = [
      ['bool', { type: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) }],
      ['float64', { type: 'float64', dims: [1], data: Float64Array.of(Math.PI) }],
      ['float16', { type: 'float16', dims: [1], data: Uint16Array.of(0x3c00) }],
      ['bfloat16', { type: 'bfloat16', dims: [1], data: Uint16Array.of(0x3f80) }],
      ['uint32', { type: 'uint32', dims: [2], data: Uint32Array.of(0, 2 ** 32 - 1) }],
      ['uint64', { type: 'uint64', dims: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
      ['int8', { type: 'int8', dims: [1, 1], data: Int8Array.of(-128) }],
      ['int64', int64([0, 4], [])],
    ];
    const written = encodeSafetensors(new Map(tensors), { note: 'é' });
    expect(encodeSafetensors(new Map(tensors.toReversed()), { note: 'é' })).toEqual(written);
    const read = decodeSafetensors(written);
    expect(read.metadata).toEqual({ note: 'é' });
    expect(new Map([...read.tensors].sort())).toEqual(new Map(tensors.toSorted()));
  });
});

/** Park and Miller's generator: whole numbers below `limit` that are the same in every run. */
function lehmer(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}
