import { raise } from '../result.ts';
import { elementTypeOf } from './element-codes.ts';
import type { ExternalData, Initializer } from './graph.ts';
import {
  allocate,
  bytesPerElement,
  type ElementType,
  elementCount,
  elementsFromBytes,
  type Tensor,
} from './tensor.ts';
import { appendFloats, appendIntegers, fieldsOf, integerOf, messageOf, textOf } from './wire.ts';

/** What a TensorProto says, before it is known to make sense. */
interface TensorFields {
  name: string;
  code: number;
  dims: bigint[];
  integers: bigint[];
  floats: number[];
  raw: Uint8Array | undefined;
  external: Map<string, string> | undefined;
}

function readFields(bytes: Uint8Array): TensorFields {
  const found: TensorFields = {
    name: '',
    code: 0,
    dims: [],
    integers: [],
    floats: [],
    raw: undefined,
    external: undefined,
  };
  const entries = new Map<string, string>();
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) appendIntegers(field, found.dims);
    else if (field.number === 2) found.code = integerOf(field);
    else if (field.number === 3)
      raise('invalid-model', 'The model has a weight stored in segments. Export it again.');
    else if (field.number === 4) appendFloats(field, 4, found.floats);
    else if (field.number === 10) appendFloats(field, 8, found.floats);
    else if (field.number === 5 || field.number === 7 || field.number === 11)
      appendIntegers(field, found.integers);
    else if (field.number === 8) found.name = textOf(field);
    else if (field.number === 9) found.raw = messageOf(field);
    else if (field.number === 13) entries.set(...entryOf(messageOf(field)));
    else if (field.number === 14 && integerOf(field) === 1) found.external = entries;
  }
  return found;
}

function entryOf(bytes: Uint8Array): [string, string] {
  const entry: [string, string] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) entry[0] = textOf(field);
    else if (field.number === 2) entry[1] = textOf(field);
  }
  return entry;
}

/** A weight from the bytes of a TensorProto. Elements stored as raw bytes are views on the file where aligned. */
export function decodeInitializer(bytes: Uint8Array): Initializer {
  const fields = readFields(bytes);
  const { name } = fields;
  const type = elementTypeOf(fields.code);
  if (type === undefined)
    raise('invalid-model', `The weight "${name}" has the unsupported element type ${fields.code}.`);
  const dims = fields.dims.map(Number);
  const count = elementCount(dims);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count * 8)) {
    raise('invalid-model', `The weight "${name}" has the impossible shape [${dims}].`);
  }
  if (fields.external) {
    return { name, type, dims, external: externalData(name, fields.external, count * bytesPerElement(type)) };
  }
  return { name, tensor: { type, dims, data: elements(fields, type, count) } };
}

/** A tensor that must be at hand, as in an attribute. */
export function decodeTensor(bytes: Uint8Array): Tensor {
  const initializer = decodeInitializer(bytes);
  if ('tensor' in initializer) return initializer.tensor;
  return raise(
    'invalid-model',
    `The constant "${initializer.name}" is in an external file. Only weights may be.`,
  );
}

function elements(fields: TensorFields, type: ElementType, count: number): Tensor['data'] {
  const stored = fields.raw ?? (isFloating(type) ? fields.floats : fields.integers);
  const size = fields.raw ? bytesPerElement(type) : 1;
  if (stored.length !== count * size) {
    raise(
      'invalid-model',
      `The weight "${fields.name}" should have ${count} elements, but its data do not fit.`,
    );
  }
  if (fields.raw) return elementsFromBytes(type, fields.raw);
  const data = allocate(type, count);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.set(fields.integers);
  else data.set(isFloating(type) ? fields.floats : fields.integers.map(Number));
  return data;
}

function isFloating(type: ElementType): boolean {
  return type === 'float32' || type === 'float64';
}

function externalData(name: string, entries: ReadonlyMap<string, string>, length: number): ExternalData {
  const location = entries.get('location') ?? '';
  const offset = Number(entries.get('offset') ?? 0);
  const announced = Number(entries.get('length') ?? length);
  if (!Number.isSafeInteger(offset) || offset < 0 || announced !== length) {
    raise(
      'invalid-model',
      `The weight "${name}" should have ${length} bytes, but its place in "${location}" does not fit.`,
    );
  }
  if (location === '' || !/^[^/\\\0:][^\\\0:]*$/.test(location) || location.split('/').includes('..')) {
    raise('invalid-model', `The weight "${name}" is in "${location}", which is not a file beside the model.`);
  }
  return { location, offset, length };
}
