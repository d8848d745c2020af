import { createHash } from 'node:crypto';

/** Files by name, and the notes, of an archive: read and written here by the format's own description. */
export interface ArchiveFile {
  readonly files: Record<string, Uint8Array>;
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** https://huggingface.co/docs/safetensors: eight bytes of length, a JSON header, the bytes of the tensors. */
export function readArchive(bytes: Uint8Array): ArchiveFile {
  const file = Buffer.from(bytes);
  const start = 8 + Number(file.readBigUInt64LE());
  const { __metadata__: metadata, ...entries } = JSON.parse(file.subarray(8, start).toString());
  const files = Object.entries(entries as Record<string, Entry>).map(([name, { dtype, data_offsets }]) => {
    if (dtype !== 'U8') throw new Error(`${name} is ${dtype}`);
    return [name, Uint8Array.from(file.subarray(start + data_offsets[0], start + data_offsets[1]))];
  });
  return { files: Object.fromEntries(files), metadata };
}

/** `type` and `shape` change what the first file claims to be. */
export function writeArchive(
  { files, metadata }: ArchiveFile,
  claim: { readonly type?: string; readonly shape?: readonly number[] } = {},
): Uint8Array {
  let end = 0;
  const entries = Object.entries(files).map(([name, { length }], index) => {
    const begin = end;
    end += length;
    const { type = 'U8', shape = [length] } = index === 0 ? claim : {};
    return [name, { dtype: type, shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return new Uint8Array(Buffer.concat([length, header, ...Object.values(files)]));
}

export function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function parsed(bytes: Uint8Array | undefined): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
