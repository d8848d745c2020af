import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attempt, raise } from '../result.ts';
import type { Graph, Initializer } from './graph.ts';
import { decodeModel, encodeModel } from './proto.ts';
import { bytesOf, elementsFromBytes, type Tensor } from './tensor.ts';

/** A graph and the folder that its external weights are in. */
export interface ModelFile {
  readonly graph: Graph;
  readonly folder: string;
}

const largestFile = 2 ** 31 - 1;
/** Pages of this size let a runtime map the weights into memory. */
const pageSize = 4096;

/** How a file begins that Git LFS puts in the place of one that it has not downloaded (git-lfs, docs/spec.md). */
const pointerStart = 'version https://git-lfs.github.com/spec/';

/**
 * Reads an ONNX file; weights in external files stay there. Raises `invalid-model` where it is missing or damaged, or
 * what {@link decodeModel} raises, naming the file.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const { size } = await stat(path).catch((error: unknown) => missing(path, error));
  if (size > largestFile) raise('invalid-model', `"${path}" is larger than an ONNX file can be (2 GiB).`);
  const bytes = await readFile(path);
  refusePointer(path, bytes);
  const graph = await attempt(() => decodeModel(bytes));
  if (graph.ok) return { graph: graph.value, folder: dirname(path) };
  return raise(graph.problem.code, `"${path}" cannot be used. ${graph.problem.message}`);
}

/** One weight's elements, also from an external file. Raises `invalid-model` where that is missing or too short. */
export async function readInitializer(model: ModelFile, name: string): Promise<Tensor> {
  const initializer = model.graph.initializers.get(name);
  if (initializer === undefined) throw new RangeError(`The graph has no weight named ${name}`);
  if ('tensor' in initializer) return initializer.tensor;
  const { external, type, dims } = initializer;
  const path = join(model.folder, external.location);
  const file = await open(path).catch((error: unknown) => missing(path, error));
  try {
    const { size } = await file.stat();
    if (external.offset + external.length > size) {
      if (size < pageSize) refusePointer(path, await file.readFile());
      raise('invalid-model', `"${path}" ends before the weight "${name}" does. Download it again.`);
    }
    const bytes = new Uint8Array(external.length);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(
        bytes,
        at,
        Math.min(bytes.length - at, 2 ** 30),
        external.offset + at,
      );
      if (bytesRead === 0) raise('invalid-model', `"${path}" became shorter while it was read. Try again.`);
      at += bytesRead;
    }
    return { type, dims, data: elementsFromBytes(type, bytes) };
  } finally {
    await file.close();
  }
}

export interface WriteOptions {
  /** Puts weights of at least `minimumBytes` into `file` beside the model. */
  readonly externalData?: { readonly file: string; readonly minimumBytes: number };
}

/** Writes an ONNX file, and its folder where missing. References into existing external files stay as they are. */
export async function writeModelFile(path: string, graph: Graph, options: WriteOptions = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const { externalData } = options;
  const written = externalData
    ? { ...graph, initializers: await moveOut(dirname(path), graph, externalData) }
    : graph;
  await writeFile(path, encodeModel(written));
}

async function moveOut(
  folder: string,
  graph: Graph,
  { file, minimumBytes }: NonNullable<WriteOptions['externalData']>,
): Promise<ReadonlyMap<string, Initializer>> {
  const initializers = new Map(graph.initializers);
  await withExternalFile(folder, file, minimumBytes, async (keep) => {
    for (const { name, ...weight } of graph.initializers.values())
      if ('tensor' in weight) initializers.set(name, await keep(name, weight.tensor));
  });
  return initializers;
}

/**
 * Writes weights, as they come, into `file` of `folder`.
 * @param work gets what keeps a weight: outside where it has at least `minimumBytes`, in the model otherwise
 */
export async function withExternalFile<T>(
  folder: string,
  file: string,
  minimumBytes: number,
  work: (keep: (name: string, weight: Tensor) => Promise<Initializer>) => Promise<T>,
): Promise<T> {
  const output = await open(join(folder, file), 'w');
  let end = 0;
  try {
    return await work(async (name, tensor) => {
      const bytes = bytesOf(tensor);
      if (bytes.length < minimumBytes) return { name, tensor };
      const offset = Math.ceil(end / pageSize) * pageSize;
      for (let at = 0; at < bytes.length; ) {
        at += (await output.write(bytes, at, Math.min(bytes.length - at, 2 ** 30), offset + at)).bytesWritten;
      }
      end = offset + bytes.length;
      const { type, dims } = tensor;
      return { name, type, dims, external: { location: file, offset, length: bytes.length } };
    });
  } finally {
    await output.close();
  }
}

function refusePointer(path: string, bytes: Uint8Array): void {
  if (Buffer.from(bytes.subarray(0, pointerStart.length)).toString('latin1') !== pointerStart) return;
  raise(
    'invalid-model',
    `"${path}" is a Git LFS pointer and not the file itself. Run "git lfs install" and "git lfs pull" in the model's folder, or download the file.`,
  );
}

function missing(path: string, error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    raise('invalid-model', `The model's file "${path}" is missing. Download the model again.`);
  }
  throw error;
}
