import type { CutUnet, Head } from '../../../src/onnx/cut/unet.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { readInitializer } from '../../../src/onnx/model-file.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

/** The first output of one run. */
export async function runGraph(graph: Graph, feeds: Feeds): Promise<Tensor> {
  const session = await createRuntime({ threads: 1 }).open(graph);
  const outputs = await session.run(feeds);
  await session.release();
  return outputs[session.outputNames[0] as string] as Tensor;
}

/** Runs a trunk with keys and values made from `states` [batch, tokens, width] by the plainest of matrix products. */
export async function runCut(original: Graph, cut: CutUnet, states: Tensor, feeds: Feeds): Promise<Tensor> {
  const products: Record<string, Tensor> = {};
  for (const head of cut.heads) products[head.trunkInput] = await project(original, head, states);
  return runGraph(cut.trunk, { ...feeds, ...products });
}

async function project(graph: Graph, head: Head, states: Tensor): Promise<Tensor> {
  const weight = (await readInitializer({ graph, folder: '' }, head.weight.initializer)).data as Float32Array;
  const rows = states.data as Float32Array;
  const { inFeatures, outFeatures } = head;
  const tokens = rows.length / inFeatures;
  const [outStride, inStride] = head.weight.layout === 'out-in' ? [inFeatures, 1] : [1, outFeatures];
  const product = new Float32Array(tokens * outFeatures);
  for (let token = 0; token < tokens; token += 1) {
    for (let out = 0; out < outFeatures; out += 1) {
      let sum = 0;
      for (let feature = 0; feature < inFeatures; feature += 1) {
        const state = rows[token * inFeatures + feature] as number;
        sum += state * (weight[out * outStride + feature * inStride] as number);
      }
      product[token * outFeatures + out] = sum;
    }
  }
  return float32([...states.dims.slice(0, 2), outFeatures], product);
}

/** max |a − b| / max |b|, the measure of the parity command. */
export function relativeError(actual: Tensor, expected: Tensor): number {
  const ours = actual.data as Float32Array;
  const theirs = expected.data as Float32Array;
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (const [index, value] of theirs.entries()) {
    difference = Math.max(difference, Math.abs((ours[index] as number) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / largest;
}
