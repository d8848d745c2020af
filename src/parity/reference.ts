import { readFile } from 'node:fs/promises';
import type { Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { decodeSafetensors } from '../safetensors.ts';

/** Values that another implementation computed from the same model. Every look at a key is remembered. */
export interface Reference {
  /** Keys that begin with `prefix`, without it. */
  under(prefix: string): readonly string[];
  /** A float32 tensor. Raises 'invalid-file' where it is missing or, with `dims` given, of another shape. */
  floats(key: string, dims?: readonly number[]): Tensor<'float32'>;
  /** Whole numbers, a row for each entry of the first dimension. */
  integers(key: string): readonly (readonly number[])[];
  /** Keys that nothing looked at. */
  unread(): readonly string[];
}

/** Reads a reference file. Raises 'invalid-file'. */
export async function readReference(path: string): Promise<Reference> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    raise('invalid-file', `The reference ${path} cannot be read (${error.code}). Give a safetensors file.`),
  );
  return referenceOf(decodeSafetensors(bytes).tensors);
}

/** A reference of tensors that were read already. */
export function referenceOf(tensors: ReadonlyMap<string, Tensor>): Reference {
  const read = new Set<string>();
  function tensor(key: string): Tensor {
    read.add(key);
    return tensors.get(key) ?? raise('invalid-file', `missing key ${key}`);
  }

  return {
    under: (prefix) =>
      [...tensors.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
    floats(key, dims) {
      const found = tensor(key);
      if (found.type !== 'float32') raise('invalid-file', `${key} is ${found.type}, not float32`);
      if (dims !== undefined && `${found.dims}` !== `${dims}`)
        raise('invalid-file', `${key} is [${found.dims}], and the model has [${dims}]`);
      return found as Tensor<'float32'>;
    },
    integers(key) {
      const { dims, data } = tensor(key);
      const width = data.length / (dims[0] ?? 1);
      const values = Array.from(data, Number);
      return Array.from({ length: dims[0] ?? 1 }, (_, row) => values.slice(row * width, (row + 1) * width));
    },
    unread: () => [...tensors.keys()].filter((key) => !read.has(key)),
  };
}
