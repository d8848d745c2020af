import { z } from 'zod';
import type { ElementType, Tensor } from './onnx/tensor.ts';
import { bytesOf, bytesPerElement, elementCount, elementsFromBytes } from './onnx/tensor.ts';
import { raise } from './result.ts';

/** Named tensors and the writer's notes, as a safetensors file holds them. */
export interface SafetensorsContent {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/** Bytes; the headers of the largest public models are a tenth of it. */
export const longestHeader = 4_000_000;
/** Of a file that somebody sends, which nobody is to wait for. The longest that is taken, an export of 1,000 concepts, has 350 kB. */
export const longestSentHeader = 2 ** 19;
const prefixBytes = 8;
const metadataKey = '__metadata__';

const nameOfType = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
} as const satisfies Record<ElementType, string>;

const typeOfName = new Map(
  Object.entries(nameOfType).map(([type, name]) => [name as string, type as ElementType]),
);

const size = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * Writes tensors in the safetensors format: an eight-byte header length, a JSON header, the elements little-endian.
 * Equal contents give equal bytes: wide elements come first, which also aligns every tensor, then names in order.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  if (tensors.has(metadataKey)) throw new RangeError(`A tensor cannot be called ${metadataKey}`);
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([metadataKey, metadata]);
  const ordered = [...tensors].sort(
    ([a, { type: typeOfA }], [b, { type: typeOfB }]) =>
      bytesPerElement(typeOfB) - bytesPerElement(typeOfA) || (a < b ? -1 : 1),
  );
  let end = 0;
  for (const [name, tensor] of ordered) {
    const begin = end;
    end += tensor.data.byteLength;
    header.push([name, { dtype: nameOfType[tensor.type], shape: tensor.dims, data_offsets: [begin, end] }]);
  }

  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = Buffer.alloc(prefixBytes + headerBytes + end, ' ');
  file.writeBigUInt64LE(BigInt(headerBytes));
  file.set(json, prefixBytes);
  let position = prefixBytes + headerBytes;
  for (const [, tensor] of ordered) {
    file.set(bytesOf(tensor), position);
    position += tensor.data.byteLength;
  }
  return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
}

/**
 * Reads a safetensors file that may come from anywhere. The tensors are views of `bytes` where alignment allows.
 * Raises 'invalid-file' where the header is malformed, names a tensor twice, or where the tensors do not cover the
 * data exactly once, each at a multiple of its element size.
 * @param mostHeader bytes that the header may have
 */
export function decodeSafetensors(bytes: Uint8Array, mostHeader = longestHeader): SafetensorsContent {
  const { header, data } = split(bytes, mostHeader);
  const tensors = new Map<string, Tensor>();
  const spans: (readonly [number, number])[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === metadataKey) {
      metadata = expect(metadataSchema, entry, 'its metadata');
      continue;
    }
    const { dtype, shape, data_offsets } = expect(entrySchema, entry, `the entry of "${shown(name)}"`);
    tensors.set(name, tensorAt(name, dtype, shape, data_offsets, data));
    spans.push(data_offsets);
  }
  requireExactCover(spans, data.length);
  return { tensors, metadata };
}

/**
 * The names of the tensors and the writer's notes, by the header of a file of which at least that is in `bytes`. The tensors are not looked
 * at. Raises 'invalid-file'.
 * @param mostHeader bytes that the header may have
 */
export function decodeHeader(
  bytes: Uint8Array,
  mostHeader = longestHeader,
): {
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
} {
  const { header } = split(bytes, mostHeader);
  const { [metadataKey]: metadata = {}, ...tensors } = header as Record<string, unknown>;
  return { names: Object.keys(tensors), metadata: expect(metadataSchema, metadata, 'its metadata') };
}

function split(bytes: Uint8Array, mostHeader: number): { header: object; data: Uint8Array } {
  if (bytes.length < prefixBytes) refuse('it is shorter than a header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(Math.min(mostHeader, bytes.length - prefixBytes)))
    refuse(`its header claims ${length} bytes`);
  const start = prefixBytes + Number(length);
  return { header: parseHeader(bytes.subarray(prefixBytes, start)), data: bytes.subarray(start) };
}

function parseHeader(bytes: Uint8Array): object {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    return refuse('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || !text.startsWith('{'))
    refuse('its header is not an object');
  if (pairsIn(text) !== keysOf(header)) refuse('a name stands in its header twice');
  return header;
}

const [quotationMark, backslash, colon] = Buffer.from('"\\:');

/** How many keys with a value stand in a text that is valid JSON. JSON.parse keeps the last of those that are equal. */
function pairsIn(json: string): number {
  let pairs = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const letter = json.charCodeAt(at);
    if (letter === quotationMark) quoted = !quoted;
    else if (!quoted && letter === colon) pairs++;
    else if (quoted && letter === backslash) at++;
  }
  return pairs;
}

/** How many keys an object and all objects in it have. */
function keysOf(object: object): number {
  let keys = 0;
  for (const open: object[] = [object]; open.length > 0; ) {
    const one = open.pop() as object;
    const values: readonly unknown[] = Array.isArray(one) ? one : Object.values(one);
    if (!Array.isArray(one)) keys += values.length;
    for (const value of values) if (typeof value === 'object' && value !== null) open.push(value);
  }
  return keys;
}

function tensorAt(
  name: string,
  dtype: string,
  dims: readonly number[],
  [begin, end]: readonly [number, number],
  data: Uint8Array,
): Tensor {
  const type =
    typeOfName.get(dtype) ?? refuse(`"${shown(name)}" has the unknown element type ${shown(dtype)}`);
  const width = bytesPerElement(type);
  if (begin > end || end > data.length) refuse(`"${shown(name)}" lies outside the file`);
  if (begin % width !== 0)
    refuse(`"${shown(name)}" does not start at a multiple of its ${width}-byte elements`);
  if (elementCount(dims) * width !== end - begin)
    refuse(`"${shown(name)}" has a shape that does not fit its bytes`);
  return { type, dims, data: elementsFromBytes(type, data.subarray(begin, end)) };
}

function requireExactCover(spans: readonly (readonly [number, number])[], length: number): void {
  let covered = 0;
  for (const [begin, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered)
      refuse(begin < covered ? 'two of its tensors overlap' : 'it has bytes that no tensor owns');
    covered = end;
  }
  if (covered !== length) refuse('it has bytes that no tensor owns');
}

function expect<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  return result.success ? result.data : refuse(`${what} in its header is malformed`);
}

const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function refuse(reason: string): never {
  return raise(
    'invalid-file',
    `This is not a sound safetensors file: ${reason}. Export or download it again.`,
  );
}
