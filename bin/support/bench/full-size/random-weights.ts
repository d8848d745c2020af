import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Graph, Initializer } from '../../../../src/onnx/graph.ts';
import { elementCount } from '../../../../src/onnx/tensor.ts';
import { createRandom } from '../../../../src/random.ts';

type External = Extract<Initializer, { external: unknown }>;

/**
 * Writes the external float32 weights that a graph refers to into a folder, the same for the same seed; a file that is
 * there in its whole length is left as it is. Matrices and kernels are uniform with variance 1/fan-in, so that activations
 * keep their size; a vector is one where a Mul reads it, as the scale of a normalisation, and zero elsewhere.
 */
export async function writeRandomWeights(graph: Graph, folder: string, seed: number): Promise<void> {
  const byFile = Map.groupBy(externalWeights(graph), (weight) => weight.external.location);
  const scales = new Set(
    graph.nodes
      .filter(({ op }) => op === 'Mul' || op === 'LayerNormalization')
      .flatMap(({ inputs }) => inputs),
  );
  for (const [location, weights] of byFile) {
    const path = join(folder, location);
    const end = Math.max(...weights.map(({ external }) => external.offset + external.length));
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    if (size !== end) await writeWeights(path, weights, (name) => scales.has(name), seed);
  }
}

function externalWeights(graph: Graph): readonly External[] {
  return [...graph.initializers.values()].filter((weight): weight is External => 'external' in weight);
}

async function writeWeights(
  path: string,
  weights: readonly External[],
  isScale: (name: string) => boolean,
  seed: number,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    for (const [stream, weight] of weights.entries()) {
      const elements = new Float32Array(elementCount(weight.dims));
      if (elements.byteLength !== weight.external.length)
        throw new RangeError(`${weight.name} is not of the length that its shape says`);
      if (weight.dims.filter((size) => size > 1).length > 1)
        fillUniform(elements, fanIn(weight.dims), seed, stream);
      else elements.fill(isScale(weight.name) ? 1 : 0);
      await file.writev([elements], weight.external.offset);
    }
  } finally {
    await file.close();
  }
}

/** Inputs that one output sums: [in, out] of a matrix, [out, in, …] of a convolution's kernel. */
function fanIn(dims: readonly number[]): number {
  return dims.length === 2 ? (dims[0] ?? 1) : elementCount(dims.slice(1));
}

/** Two elements from each random word, which 16 bits are enough for. */
function fillUniform(elements: Float32Array, inputs: number, seed: number, stream: number): void {
  const random = createRandom(seed, stream);
  const step = (2 * Math.sqrt(3 / inputs)) / 2 ** 16;
  for (let index = 0; index < elements.length; index += 2) {
    const word = random.integer(2 ** 32);
    elements[index] = ((word & 0xffff) - 32_767.5) * step;
    if (index + 1 < elements.length) elements[index + 1] = ((word >>> 16) - 32_767.5) * step;
  }
}
