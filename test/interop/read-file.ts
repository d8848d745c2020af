/** A tensor as numbers. */
export interface Read {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Reads a safetensors file of floats by the format's own description: a length, a JSON header, the bytes of the tensors. */
export function readTensors(bytes: Uint8Array): {
  readonly tensors: ReadonlyMap<string, Read>;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const file = Buffer.from(bytes);
  const start = 8 + Number(file.readBigUInt64LE());
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(file.subarray(8, start).toString());
  const tensors = Object.entries(entries as Record<string, Entry>).map(
    ([name, { dtype, shape, data_offsets }]) => {
      const [from, to] = data_offsets.map((at) => start + at) as [number, number];
      const values = Float64Array.from({ length: (to - from) / (dtype === 'F16' ? 2 : 4) }, (_, i) =>
        dtype === 'F16' ? half(file.readUInt16LE(from + 2 * i)) : file.readFloatLE(from + 4 * i),
      );
      return [name, { dtype, shape, values }] as const;
    },
  );
  return { tensors: new Map(tensors), metadata };
}

/** IEEE 754 binary16, by its definition. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return sign ? -magnitude : magnitude;
}

/** Writes tensors as they are described, sound or not. */
export function writeTensors(
  tensors: Readonly<
    Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly bytes: Uint8Array }>
  >,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return new Uint8Array(Buffer.concat([length, header, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}
