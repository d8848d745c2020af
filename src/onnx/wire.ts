import { raise } from '../result.ts';

/** One field of a protobuf message as it stands in the bytes: `varint` for wire type 0, `bytes` for the others. */
export interface Field {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  readonly varint: bigint;
  readonly bytes: Uint8Array;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

const noBytes = new Uint8Array();
const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

function broken(reason: string): never {
  raise('invalid-model', `This is not a readable ONNX file: ${reason}. Download or export it again.`);
}

/** Reads an unsigned integer of at most 64 bits, seven bits a byte, the lowest first. */
function takeVarint(cursor: Cursor): bigint {
  let low = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = takeByte(cursor);
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt(low);
  }
  let value = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = takeByte(cursor);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  return broken('a number has more than ten bytes');
}

function takeByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) return broken('it ends in the middle of a number');
  cursor.at += 1;
  return byte;
}

function takeBytes(cursor: Cursor, length: bigint): Uint8Array {
  const left = cursor.bytes.length - cursor.at;
  if (length > BigInt(left)) return broken(`a part of ${length} bytes was announced where ${left} are left`);
  const start = cursor.at;
  cursor.at += Number(length);
  return cursor.bytes.subarray(start, cursor.at);
}

/** The fields of a message in file order. Nested messages are views on `bytes`. Raises `invalid-model` on damage. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = takeVarint(cursor);
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (number === 0 || number >= 2 ** 29) broken('a field has an impossible number');
    if (wireType === 0) yield { number, wireType, varint: takeVarint(cursor), bytes: noBytes };
    else if (wireType === 1) yield { number, wireType, varint: 0n, bytes: takeBytes(cursor, 8n) };
    else if (wireType === 2)
      yield { number, wireType, varint: 0n, bytes: takeBytes(cursor, takeVarint(cursor)) };
    else if (wireType === 5) yield { number, wireType, varint: 0n, bytes: takeBytes(cursor, 4n) };
    else broken(`a field has the unknown wire type ${wireType}`);
  }
}

function expect(field: Field, wireType: Field['wireType']): void {
  if (field.wireType !== wireType)
    broken(`field ${field.number} has wire type ${field.wireType}, not ${wireType}`);
}

/** The bytes of a nested message, as a view. Raises 'invalid-model' where the field is of another wire type. */
export function messageOf(field: Field): Uint8Array {
  expect(field, 2);
  return field.bytes;
}

/** A UTF-8 text. Raises 'invalid-model' where the bytes are none, or the field is of another wire type. */
export function textOf(field: Field): string {
  try {
    return utf8.decode(messageOf(field));
  } catch (error) {
    if (error instanceof TypeError) return broken('a text is not valid UTF-8');
    throw error;
  }
}

/** A signed 64-bit integer as a number. Beyond ±2⁵³ it is rounded. */
export function integerOf(field: Field): number {
  expect(field, 0);
  return Number(BigInt.asIntN(64, field.varint));
}

/** A float32. Raises 'invalid-model' where the field is of another wire type. */
export function floatOf(field: Field): number {
  expect(field, 5);
  return viewOf(field.bytes).getFloat32(0, true);
}

/** Appends the signed integers of a repeated field, packed or single. */
export function appendIntegers(field: Field, into: bigint[]): void {
  if (field.wireType === 0) {
    into.push(BigInt.asIntN(64, field.varint));
    return;
  }
  const cursor: Cursor = { bytes: messageOf(field), at: 0 };
  while (cursor.at < cursor.bytes.length) into.push(BigInt.asIntN(64, takeVarint(cursor)));
}

/** Appends the numbers of a repeated `float` (`size` 4) or `double` (8) field, packed or single. */
export function appendFloats(field: Field, size: 4 | 8, into: number[]): void {
  if (field.wireType !== 2) expect(field, size === 4 ? 5 : 1);
  if (field.bytes.length % size !== 0) broken(`field ${field.number} ends in the middle of a number`);
  const view = viewOf(field.bytes);
  for (let at = 0; at < view.byteLength; at += size) {
    into.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Encoded bytes in pieces, so that large weights are copied once, at the end. */
export type Chunks = readonly Uint8Array[];

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}

function tag(number: number, wireType: number): number[] {
  return varint(BigInt((number << 3) | wireType));
}

/** An integer of 64 bits; negative ones as two's complement, which takes ten bytes, as protobuf's `int64` has it. */
export function integerField(number: number, value: bigint): Chunks {
  return [Uint8Array.from([...tag(number, 0), ...varint(value)])];
}

/** A number rounded to float32. */
export function floatField(number: number, value: number): Chunks {
  return [Uint8Array.from([...tag(number, 5), ...new Uint8Array(Float32Array.of(value).buffer)])];
}

/** A nested message, or bytes as they are: both look the same. */
export function messageField(number: number, content: Chunks): Chunks {
  return [Uint8Array.from([...tag(number, 2), ...varint(BigInt(lengthOf(content)))]), ...content];
}

export function textField(number: number, text: string): Chunks {
  return messageField(number, [encoder.encode(text)]);
}

/** A repeated integer field in its packed form, one length for all values. */
export function packedIntegersField(number: number, values: readonly bigint[]): Chunks {
  return messageField(number, [Uint8Array.from(values.flatMap(varint))]);
}

export function lengthOf(chunks: Chunks): number {
  return chunks.reduce((length, chunk) => length + chunk.length, 0);
}

export function concatenate(chunks: Chunks): Uint8Array {
  const bytes = new Uint8Array(lengthOf(chunks));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
